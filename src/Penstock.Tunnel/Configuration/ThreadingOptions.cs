namespace Penstock.Tunnel.Configuration;

/// <summary>The <c>threading</c> section: shards and the threads beside them.</summary>
public sealed record ThreadingOptions
{
    /// <summary>Most queues that the kernel gives one TUN device, hence most shards.</summary>
    public const int MaxWorkers = 256;

    /// <summary><c>threading.num-workers</c>: shards, 0 to 256. Default: 0, a shard per processor.</summary>
    public int NumWorkers { get; init; }

    /// <summary><c>threading.enable-cpu-affinity</c>: shard k stays on the k-th allowed processor. Default: <see cref="CpuAffinityUse.Auto"/>.</summary>
    public CpuAffinityUse EnableCpuAffinity { get; init; }

    /// <summary><c>threading.enable-load-balancing</c>: a new flow may be opened on a less loaded shard. Default: false.</summary>
    public bool EnableLoadBalancing { get; init; }

    /// <summary><c>threading.max-sessions-per-thread</c>: sessions a shard keeps; above it the least recently active one ends. Default: 0, no limit.</summary>
    public int MaxSessionsPerThread { get; init; }

    /// <summary><c>threading.work-queue-size</c>: bound of the queue in front of the threads that do blocking work. Default: 10000.</summary>
    public int WorkQueueSize { get; init; } = 10_000;
}
