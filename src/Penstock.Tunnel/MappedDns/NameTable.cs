using System;
using System.Collections.Generic;

namespace Penstock.Tunnel.MappedDns;

/// <summary>Names and their indices; when it is full, the name unused for longest gives its index to a new one.</summary>
/// <remarks>
/// <code>
///   _oldest ⇄ ... ⇄ ... ⇄ _newest      indices, by last use
/// </code>
/// Indices are given out from 0 on. Arrays grow with the names, not with the bound. Not thread-safe: the resolver locks.
/// </remarks>
internal sealed class NameTable(int capacity)
{
    private const int None = -1;

    private readonly Dictionary<string, int> _byName = new(AsciiNameComparer.Instance);
    private readonly Stack<int> _gaps = [];
    private string?[] _names = new string?[Math.Min(capacity, 64)];
    private int[] _older = new int[Math.Min(capacity, 64)];
    private int[] _newer = new int[Math.Min(capacity, 64)];
    private int _next;
    private int _oldest = None;
    private int _newest = None;

    /// <summary>Names kept.</summary>
    public int Count => _byName.Count;

    /// <summary>Names that gave way to others.</summary>
    public long Evicted { get; private set; }

    /// <summary>Grows whenever a name is given an index that it did not have, restored ones left out.</summary>
    public long Version { get; private set; }

    /// <summary>The index of a name, given out now if it has none; the name becomes the most recently used.</summary>
    public int Use(ReadOnlySpan<char> name)
    {
        if (_byName.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(name, out int index))
        {
            Touch(index);
            return index;
        }
        index = FreeIndex();
        Put(index, name.ToString());
        Version++;
        return index;
    }

    /// <summary>The name of an index, which becomes the most recently used; null when there is none.</summary>
    public string? Use(int index)
    {
        string? name = Peek(index);
        if (name is not null)
            Touch(index);
        return name;
    }

    /// <summary>The name of an index, without using it.</summary>
    public string? Peek(int index) => (uint)index < (uint)_next ? _names[index] : null;

    /// <summary>The index of a name, without using it.</summary>
    public bool TryPeek(ReadOnlySpan<char> name, out int index) =>
        _byName.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(name, out index);

    /// <summary>Gives a name an index that is free, as the most recently used; false when either is taken or out of range.</summary>
    public bool TryRestore(int index, string name)
    {
        if ((uint)index >= (uint)capacity || _byName.ContainsKey(name))
            return false;
        if (index < _next && _names[index] is not null)
            return false;
        for (Grow(index + 1); _next <= index; _next++)
            _gaps.Push(_next);
        Put(index, name);
        return true;
    }

    /// <summary>Names and indices, the one unused for longest first.</summary>
    public IEnumerable<(int Index, string Name)> ByLastUse()
    {
        for (int index = _oldest; index != None; index = _newer[index])
            yield return (index, _names[index]!);
    }

    private int FreeIndex()
    {
        // A gap left by a restore may have been filled by a later line of it.
        while (_gaps.TryPop(out int gap))
        {
            if (_names[gap] is null)
                return gap;
        }
        if (_next < capacity)
        {
            Grow(_next + 1);
            return _next++;
        }
        int index = _oldest;
        _byName.Remove(_names[index]!);
        _names[index] = null;
        Unlink(index);
        Evicted++;
        return index;
    }

    private void Put(int index, string name)
    {
        _names[index] = name;
        _byName.Add(name, index);
        LinkNewest(index);
    }

    private void Touch(int index)
    {
        if (index == _newest)
            return;
        Unlink(index);
        LinkNewest(index);
    }

    private void Unlink(int index)
    {
        int older = _older[index], newer = _newer[index];
        if (older == None)
            _oldest = newer;
        else
            _newer[older] = newer;
        if (newer == None)
            _newest = older;
        else
            _older[newer] = older;
    }

    private void LinkNewest(int index)
    {
        _older[index] = _newest;
        _newer[index] = None;
        if (_newest == None)
            _oldest = index;
        else
            _newer[_newest] = index;
        _newest = index;
    }

    private void Grow(int size)
    {
        if (size <= _names.Length)
            return;
        int larger = (int)Math.Min(capacity, Math.Max((long)size, 2L * _names.Length));
        Array.Resize(ref _names, larger);
        Array.Resize(ref _older, larger);
        Array.Resize(ref _newer, larger);
    }
}
