namespace Penstock.HyperAmp.Tests.Interleaving;

/// <summary>What the original does differently; the explorer must find the harm in each.</summary>
public enum ChannelDefect
{
    None,

    /// <summary>The sender stores BUSY after it has published the chain (contract 6.1, L1).</summary>
    LostIdle,

    /// <summary>The service stores dealt first and the result after it (6.2, S1).</summary>
    TornCompletion,

    /// <summary>The service completes a message before it has unlinked it (6.2, S3).</summary>
    UseAfterCompletion,

    /// <summary>The service stores IDLE after every message, and a sender looks at the mark alone (6.2, S4).</summary>
    LostTransfer,
}
