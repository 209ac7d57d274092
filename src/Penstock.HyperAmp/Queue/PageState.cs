namespace Penstock.HyperAmp.Queue;

/// <summary>What a service sees when it looks at a queue page.</summary>
public enum PageState
{
    /// <summary>Nothing to do, and senders may hand over.</summary>
    Empty,

    /// <summary>A chain, handed over in order.</summary>
    Chain,

    /// <summary>A chain under a mark that is not BUSY: an old sender is between its two stores, or lost its second.</summary>
    EarlyChain,

    /// <summary>No chain, and a mark under which no sender begins: one is between its two stores, or has died there.</summary>
    StuckMark,
}
