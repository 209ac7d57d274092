namespace Penstock.HyperAmp.Service;

/// <summary>What a collector counts; one writer.</summary>
internal sealed class CollectorCounters
{
    internal long Chains;
    internal long LongestChain;
    internal long Inline;
    internal long EarlyChains;
    internal long HealedMarks;
}
