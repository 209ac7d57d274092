namespace Penstock.HyperAmp.Qos;

/// <summary>What a request cares about most.</summary>
public enum QosClass
{
    /// <summary>An answer in time.</summary>
    RealTime = 0,

    /// <summary>Many bytes per second.</summary>
    Throughput = 1,

    /// <summary>An answer at all.</summary>
    Reliable = 2,

    /// <summary>What is left.</summary>
    BestEffort = 3,
}
