using System;
using System.Numerics;
using Penstock.HyperAmp.Owners;
using Penstock.HyperAmp.Regions;

namespace Penstock.HyperAmp.Allocation;

/// <summary>Gives out runs of payload units and takes them all back: a bitmap, searched next-fit.</summary>
/// <remarks>
/// The bitmap is only an index. Which entry owns which run stands in the entry's record, so that after a crash the
/// bitmap is made anew from the records (<see cref="Clear"/>, <see cref="Mark"/>) and nothing leaks. A search visits each
/// word of the bitmap at most twice, whatever a peer wrote there. The caller holds the channel's lock.
/// </remarks>
/// <param name="side">The side region.</param>
public readonly struct PayloadAllocator<TWords>(SideView<TWords> side)
    where TWords : struct, ISharedWords
{
    private readonly SideView<TWords> _side = side;

    /// <summary>Units that hold <paramref name="bytes"/> bytes, at least one.</summary>
    public int UnitsFor(int bytes) => (int)Math.Max(1, ((long)bytes + _side.Geometry.Unit - 1) / _side.Geometry.Unit);

    /// <summary>Finds and marks a run; false when none is long enough.</summary>
    /// <param name="units">1 or more.</param>
    /// <param name="block">The run.</param>
    public bool TryAllocate(int units, out PayloadBlock block)
    {
        int total = _side.Geometry.Units;
        int start = (int)Math.Min(_side.Hint, (uint)Math.Max(0, total - 1));
        int first = Find(start, total, units);
        if (first < 0 && start > 0)
            first = Find(0, Math.Min(total, start + units - 1), units);
        if (first < 0)
        {
            block = default;
            return false;
        }
        block = new PayloadBlock((uint)first, (uint)units);
        Set(block, true);
        _side.Hint = (uint)(first + units);
        return true;
    }

    /// <summary>Gives a run back; a run outside the area is ignored.</summary>
    public void Free(PayloadBlock block)
    {
        if (!block.IsWithin(_side.Geometry.Units))
            return;
        Set(block, false);
        if (block.First < _side.Hint)
            _side.Hint = Math.Max(1, block.First);
    }

    /// <summary>Marks a run as owned; false when any of its units already is, or the run is outside the area.</summary>
    public bool Mark(PayloadBlock block)
    {
        if (!block.IsWithin(_side.Geometry.Units) || FirstSet((int)block.First, (int)(block.First + block.Units)) >= 0)
            return false;
        Set(block, true);
        return true;
    }

    /// <summary>Marks everything as free.</summary>
    public void Clear()
    {
        for (int i = 0; i < _side.Geometry.BitmapWords; i++)
            _side.SetBitmapWord(i, 0);
        _side.Hint = 1;
    }

    /// <summary>Units that are given out.</summary>
    public int CountUsed()
    {
        int used = 0;
        for (int i = 0; i < _side.Geometry.BitmapWords; i++)
            used += BitOperations.PopCount(_side.BitmapWord(i));
        return used;
    }

    private int Find(int from, int to, int units)
    {
        int at = from;
        while (at <= to - units)
        {
            int free = FirstClear(at, to);
            if (free < 0 || free > to - units)
                return -1;
            int taken = FirstSet(free, free + units);
            if (taken < 0)
                return free;
            at = taken + 1;
        }
        return -1;
    }

    private int FirstClear(int from, int to) => First(from, to, ulong.MaxValue);

    private int FirstSet(int from, int to) => First(from, to, 0);

    /// <summary>The first bit in [from, to) that differs from the pattern's.</summary>
    private int First(int from, int to, ulong pattern)
    {
        int at = from;
        while (at < to)
        {
            ulong differing = (_side.BitmapWord(at >> 6) ^ pattern) >> (at & 63);
            if (differing != 0)
            {
                int found = at + BitOperations.TrailingZeroCount(differing);
                return found < to ? found : -1;
            }
            at = (at | 63) + 1;
        }
        return -1;
    }

    private void Set(PayloadBlock block, bool owned)
    {
        int at = (int)block.First;
        int end = at + (int)block.Units;
        while (at < end)
        {
            int word = at >> 6;
            int stop = Math.Min(end, (at | 63) + 1);
            ulong bits = (stop - at == 64 ? ulong.MaxValue : (1UL << (stop - at)) - 1) << (at & 63);
            ulong before = _side.BitmapWord(word);
            _side.SetBitmapWord(word, owned ? before | bits : before & ~bits);
            at = stop;
        }
    }
}
