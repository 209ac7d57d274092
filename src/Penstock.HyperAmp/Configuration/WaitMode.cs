namespace Penstock.HyperAmp.Configuration;

/// <summary>How a thread waits for an answer, and a service for work.</summary>
public enum WaitMode
{
    /// <summary>Spins while processors are to spare, then sleeps until it is woken.</summary>
    Auto,

    /// <summary>Spins until the deadline: the lowest latency, a whole processor.</summary>
    Spin,

    /// <summary>Gives the processor away between looks.</summary>
    Yield,

    /// <summary>Sleeps at once until it is woken.</summary>
    Block,
}
