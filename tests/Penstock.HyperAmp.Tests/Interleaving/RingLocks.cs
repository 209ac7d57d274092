namespace Penstock.HyperAmp.Tests.Interleaving;

/// <summary>What producers put around an enqueue.</summary>
public enum RingLocks
{
    None,
    Naive,
    Ours,
}
