namespace Penstock.Tunnel.Configuration;

/// <summary><c>threading.enable-cpu-affinity</c>: whether each shard stays on a processor of its own.</summary>
public enum CpuAffinityUse
{
    /// <summary>While it works without a rest and more than half of the processors have such a shard.</summary>
    Auto,

    /// <summary>Always.</summary>
    On,

    /// <summary>Never.</summary>
    Off,
}
