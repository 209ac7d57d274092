using System.Collections.Generic;

namespace Penstock.Tunnel.Statistics;

/// <summary>A snapshot of everything that a tunnel counts.</summary>
/// <remarks>Made by whoever asks, from counters that go on counting: numbers of one moment, not of one instant.</remarks>
public sealed class TunnelStatistics
{
    /// <summary>A snapshot for each shard, in order.</summary>
    public required IReadOnlyList<ShardStatistics> Shards { get; init; }

    /// <summary>Bytes in rented packet buffers.</summary>
    public long MemoryUsed { get; init; }

    /// <summary>The bound on them.</summary>
    public long MemoryLimit { get; init; }

    /// <summary>Work that waits for a thread that may block.</summary>
    public int BlockingWorkDepth { get; init; }

    /// <summary>Configurations that were put into force while running.</summary>
    public int Reloads { get; init; }

    /// <summary>The proxies of the configuration in force.</summary>
    public IReadOnlyList<ProxyStatistics> Proxies { get; init; } = [];

    /// <summary>The sum of a number over the shards.</summary>
    public long Sum(System.Func<ShardStatistics, long> number)
    {
        long sum = 0;
        foreach (ShardStatistics shard in Shards)
            sum += number(shard);
        return sum;
    }
}
