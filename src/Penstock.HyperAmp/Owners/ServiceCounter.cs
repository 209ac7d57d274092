namespace Penstock.HyperAmp.Owners;

/// <summary>Counters that a service keeps in the side region for whoever looks.</summary>
public enum ServiceCounter
{
    /// <summary>Messages completed.</summary>
    Processed,

    /// <summary>Of those, failed by their handler or by an exception.</summary>
    Failed,

    /// <summary>Of those, of an id that no service has.</summary>
    Unknown,

    /// <summary>Messages refused because they lie outside the payload area.</summary>
    Rejected,

    /// <summary>Chains taken.</summary>
    Chains,

    /// <summary>Messages of the longest chain.</summary>
    LongestChain,

    /// <summary>Messages run by the collector itself.</summary>
    Inline,

    /// <summary>Chains taken although their mark was not BUSY, after the grace.</summary>
    EarlyChains,

    /// <summary>Marks set to IDLE because a sender left them stuck.</summary>
    HealedMarks,

    /// <summary>Chains that ran into themselves.</summary>
    BrokenChains,

    /// <summary>Handlers that did not return in time, whose worker was replaced.</summary>
    StuckHandlers,

    /// <summary>Times the page was found in no layout.</summary>
    InvalidPages,

    /// <summary>Repairs after an owner died.</summary>
    Repairs,
}
