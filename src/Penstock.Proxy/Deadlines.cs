using System;
using System.Collections.Generic;

namespace Penstock.Proxy;

/// <summary>Deadlines that are all the same time away: a row, the next one in front.</summary>
/// <remarks>Adding, renewing and removing take the same short time, whatever the number.</remarks>
internal sealed class Deadlines(TimeSpan limit)
{
    private readonly long _limit = (long)limit.TotalMicroseconds;
    private readonly LinkedList<ITimed> _row = new();

    /// <summary>The limit is not zero, which means never.</summary>
    internal bool IsOn => _limit > 0;

    /// <summary>Microseconds until <see cref="Fire"/> has something to do; -1 for never.</summary>
    internal long Next(long now) => _row.First is { } first ? Math.Max(0, first.Value.Since + _limit - now) : -1;

    /// <summary>Begins a wait: <see cref="ITimed.Since"/> is now, and therefore the latest of all.</summary>
    internal void Add(ITimed target)
    {
        if (IsOn && target.Place is null)
            target.Place = _row.AddLast(target);
    }

    /// <summary>Begins the wait anew.</summary>
    internal void Renew(ITimed target)
    {
        if (target.Place is not { } place || place.Next is null)
            return;
        _row.Remove(place);
        _row.AddLast(place);
    }

    internal void Remove(ITimed target)
    {
        if (target.Place is not { } place)
            return;
        target.Place = null;
        _row.Remove(place);
    }

    internal void Fire(long now)
    {
        while (_row.First is { } first && first.Value.Since + _limit <= now)
        {
            Remove(first.Value);
            first.Value.OnDeadline();
        }
    }
}
