using System;
using System.Collections.Generic;

namespace Penstock.Simulation;

/// <summary>A set of positions as sorted ranges that do not touch.</summary>
public sealed class RangeSet
{
    private readonly List<(long From, long To)> _ranges = [];

    /// <summary>The ranges in order; To is not included.</summary>
    public IReadOnlyList<(long From, long To)> Ranges => _ranges;

    /// <summary>True without any range.</summary>
    public bool IsEmpty => _ranges.Count == 0;

    /// <summary>Adds a range; returns how many positions are new.</summary>
    public long Add(long from, long to)
    {
        if (to <= from)
            return 0;
        long added = to - from;
        int i = 0;
        while (i < _ranges.Count && _ranges[i].To < from)
            i++;
        int first = i;
        long low = from;
        long high = to;
        for (; i < _ranges.Count && _ranges[i].From <= to; i++)
        {
            added -= Math.Max(0, Math.Min(to, _ranges[i].To) - Math.Max(from, _ranges[i].From));
            low = Math.Min(low, _ranges[i].From);
            high = Math.Max(high, _ranges[i].To);
        }
        _ranges.RemoveRange(first, i - first);
        _ranges.Insert(first, (low, high));
        return added;
    }

    /// <summary>Forgets everything before a position.</summary>
    public void RemoveBefore(long position)
    {
        while (_ranges.Count > 0 && _ranges[0].To <= position)
            _ranges.RemoveAt(0);
        if (_ranges.Count > 0 && _ranges[0].From < position)
            _ranges[0] = (position, _ranges[0].To);
    }

    /// <summary>Positions of a range that are in the set.</summary>
    public long Overlap(long from, long to)
    {
        long sum = 0;
        foreach ((long f, long t) in _ranges)
            sum += Math.Max(0, Math.Min(to, t) - Math.Max(from, f));
        return sum;
    }

    /// <summary>True when all positions of a range are in the set.</summary>
    public bool Contains(long from, long to) => Overlap(from, to) == to - from;

    /// <summary>The first position at or after <paramref name="from"/> that is not in the set.</summary>
    public long FirstGap(long from)
    {
        foreach ((long f, long t) in _ranges)
        {
            if (f <= from && from < t)
                return t;
        }
        return from;
    }
}
