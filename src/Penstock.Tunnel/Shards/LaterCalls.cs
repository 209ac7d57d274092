using System;
using System.Collections.Generic;
using Penstock.Tunnel.Uplinks;

namespace Penstock.Tunnel.Shards;

/// <summary>What a shard calls from its cycle instead of from within whoever asked for it: flows that are to connect, most of all.</summary>
/// <remarks>
/// In order, each turn those that wait at its beginning, until they have taken <see cref="Turn"/>: a connect wakes the
/// proxy, which on a busy machine takes the processor for a slice. Dozens of them in a row would hold all other flows of
/// the shard for a second, in which as many connects would gather for the next turn.
/// </remarks>
/// <param name="clock">Microseconds, monotonic.</param>
internal sealed class LaterCalls(Func<long> clock)
{
    /// <summary>Microseconds that the calls of a turn may take; the last one may take longer.</summary>
    public const long Turn = 5_000;

    private const int KeptCapacity = 256;
    private readonly Queue<IResumable> _calls = new();

    /// <summary>Calls that wait.</summary>
    public int Count => _calls.Count;

    public void Add(IResumable waiting) => _calls.Enqueue(waiting);

    /// <summary>Calls those that wait, as far as the turn goes.</summary>
    public void Run()
    {
        int calls = _calls.Count;
        if (calls == 0)
            return;
        long end = clock() + Turn;
        do
            _calls.Dequeue().Continue();
        while (--calls > 0 && clock() < end);
    }

    /// <summary>Gives back what many calls have grown.</summary>
    public void Trim()
    {
        if (_calls.Count == 0 && _calls.Capacity > KeptCapacity)
            _calls.TrimExcess();
    }
}
