using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Threading;
using Penstock.Wire.Ip;

namespace Penstock.Tunnel.Shards;

/// <summary>Which shard owns which living flow.</summary>
/// <remarks>
/// The kernel's choice of a queue follows the queue that answers only for some 4 096 flows and for some seconds, so a
/// packet may reach a shard that does not know its flow. Asked when a flow opens, when it ends, and on such a miss;
/// never for a packet of a flow that its shard knows. Thread-safe. A dictionary of the framework grows and never
/// shrinks, so <see cref="Trim"/> puts a smaller one in its place: whoever writes keeps that out by a lock that is its
/// thread's own, save by chance; whoever asks meets no lock.
/// </remarks>
public sealed class FlowDirectory
{
    private const int Writers = 16;
    private const int Worthwhile = 1024;

    private readonly Writer[] _writers = new Writer[Writers];
    private ConcurrentDictionary<FlowKey, int> _owners = Make();
    private int _most;

    /// <summary>Makes an empty one.</summary>
    public FlowDirectory()
    {
        for (int i = 0; i < Writers; i++)
            _writers[i] = new Writer();
    }

    /// <summary>A lock, and the flows that were claimed under it less those that were released under it.</summary>
    private sealed class Writer
    {
        public Lock Lock { get; } = new();

        public int Flows;
    }

    /// <summary>Flows that have an owner.</summary>
    public int Count
    {
        get
        {
            int sum = 0;
            foreach (Writer writer in _writers)
                sum += Volatile.Read(ref writer.Flows);
            return sum;
        }
    }

    private Writer Mine => _writers[Environment.CurrentManagedThreadId % Writers];

    /// <summary>Makes <paramref name="shard"/> the owner unless somebody is; the value is who owns the flow now.</summary>
    public int Claim(in FlowKey flow, int shard)
    {
        Writer mine = Mine;
        lock (mine.Lock)
        {
            int owner;
            while (!_owners.TryGetValue(flow, out owner))
            {
                if (!_owners.TryAdd(flow, shard))
                    continue;
                mine.Flows++;
                return shard;
            }
            return owner;
        }
    }

    /// <summary>The owner of a flow, or -1.</summary>
    public int Find(in FlowKey flow) => Volatile.Read(ref _owners).TryGetValue(flow, out int shard) ? shard : -1;

    /// <summary>Forgets a flow that has ended.</summary>
    public void Release(in FlowKey flow)
    {
        Writer mine = Mine;
        lock (mine.Lock)
        {
            if (_owners.TryRemove(flow, out _))
                mine.Flows--;
        }
    }

    /// <summary>Gives back what a storm of flows has grown, when few of them are left; for one thread, now and then.</summary>
    /// <returns>True when there was something to give.</returns>
    public bool Trim()
    {
        int count = Count;
        _most = Math.Max(_most, count);
        if (_most < Worthwhile || count > _most / 4)
            return false;
        ConcurrentDictionary<FlowKey, int> smaller = Make();
        foreach (Writer writer in _writers)
            writer.Lock.Enter();
        try
        {
            foreach (KeyValuePair<FlowKey, int> flow in _owners)
                smaller[flow.Key] = flow.Value;
            Volatile.Write(ref _owners, smaller);
        }
        finally
        {
            foreach (Writer writer in _writers)
                writer.Lock.Exit();
        }
        _most = count;
        return true;
    }

    private static ConcurrentDictionary<FlowKey, int> Make()
    {
        // The dictionary's first removal allocates; it is not to be a shard's.
        ConcurrentDictionary<FlowKey, int> owners = new();
        owners.TryAdd(default, 0);
        owners.TryRemove(default, out _);
        return owners;
    }
}
