using System;
using System.Collections.Generic;
using System.Threading;

namespace Penstock.Tunnel.MappedDns;

/// <summary>Names and their indices; when it is full, the name unused for longest gives its index to a new one.</summary>
/// <remarks>
/// <code>
///   _oldest ⇄ ... ⇄ ... ⇄ _newest      indices, by last use
/// </code>
/// Indices are given out from 0 on, but for those that are reserved. Arrays grow with the names, not with the bound. Not
/// thread-safe: resolvers hold <see cref="Lock"/>, several of them over a reload.
/// </remarks>
/// <param name="bound">Indices are below it.</param>
/// <param name="reserved">Indices that no name gets.</param>
internal sealed class NameTable(int bound, params int[] reserved)
{
    private const int None = -1;
    private const int FirstRoom = 64;

    private readonly Dictionary<string, int> _byName = new(AsciiNameComparer.Instance);
    private readonly Stack<int> _gaps = [];
    private int _bound = bound;
    private int[] _reserved = reserved;
    private string?[] _names = new string?[Math.Min(bound, FirstRoom)];
    private int[] _older = new int[Math.Min(bound, FirstRoom)];
    private int[] _newer = new int[Math.Min(bound, FirstRoom)];
    private int _next;
    private int _oldest = None;
    private int _newest = None;

    /// <summary>Held by whoever uses the table.</summary>
    public Lock Lock { get; } = new();

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
        if (!MayBeGiven(index) || _byName.ContainsKey(name))
            return false;
        if (index < _next && _names[index] is not null)
            return false;
        for (Grow(index + 1); _next <= index; _next++)
            _gaps.Push(_next);
        Put(index, name);
        return true;
    }

    /// <summary>Other bounds: names whose index lies beyond them are forgotten, all others keep theirs.</summary>
    public void Fit(int bound, int[] reserved)
    {
        (_bound, _reserved) = (bound, reserved);
        _gaps.Clear();
        for (int index = 0; index < _next; index++)
        {
            bool mayBeGiven = MayBeGiven(index);
            if (!mayBeGiven && _names[index] is not null)
                Forget(index);
            if (mayBeGiven && _names[index] is null)
                _gaps.Push(index);
        }
        _next = Math.Min(_next, bound);
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
            if (_names[gap] is null && MayBeGiven(gap))
                return gap;
        }
        while (_next < _bound)
        {
            Grow(_next + 1);
            if (MayBeGiven(_next++))
                return _next - 1;
        }
        int index = _oldest;
        Forget(index);
        Evicted++;
        return index;
    }

    private bool MayBeGiven(int index) => (uint)index < (uint)_bound && Array.IndexOf(_reserved, index) < 0;

    private void Forget(int index)
    {
        _byName.Remove(_names[index]!);
        _names[index] = null;
        Unlink(index);
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
        int larger = (int)Math.Min(_bound, Math.Max((long)size, 2L * _names.Length));
        Array.Resize(ref _names, larger);
        Array.Resize(ref _older, larger);
        Array.Resize(ref _newer, larger);
    }
}
