namespace Penstock.Tunnel.Configuration;

/// <summary><c>threading.enable-cpu-affinity</c>: whether each shard stays on a processor of its own.</summary>
public enum CpuAffinityUse
{
    /// <summary>While it and another one work without a rest, where there is a shard for each processor.</summary>
    Auto,

    /// <summary>Always.</summary>
    On,

    /// <summary>Never.</summary>
    Off,
}
