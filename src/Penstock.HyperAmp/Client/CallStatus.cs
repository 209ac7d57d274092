namespace Penstock.HyperAmp.Client;

/// <summary>How a call ended.</summary>
public enum CallStatus
{
    /// <summary>The service answered; the payload holds the answer.</summary>
    Success,

    /// <summary>The service failed the message.</summary>
    Failed,

    /// <summary>The service has no handler for the id.</summary>
    NotExists,

    /// <summary>The peer said done and gave no result until the deadline.</summary>
    NoResult,

    /// <summary>No answer until the deadline; entry and payload stay in quarantine until the peer is done with them.</summary>
    TimedOut,

    /// <summary>The caller cancelled.</summary>
    Cancelled,

    /// <summary>No entry or no payload was free until the deadline.</summary>
    Busy,

    /// <summary>The payload is larger than the payload area.</summary>
    TooLarge,

    /// <summary>The service died while it had the message; it may have run.</summary>
    ServiceLost,

    /// <summary>The queue was initialised anew while the message was under way.</summary>
    QueueReset,

    /// <summary>The lists offer an entry that is in use: a peer wrote over them.</summary>
    QueueCorrupt,
}

internal static class CallStatuses
{
    /// <summary>True when the peer is through with the entry, so that it can be used again at once.</summary>
    internal static bool LeavesEntry(this CallStatus status) =>
        status is CallStatus.Success or CallStatus.Failed or CallStatus.NotExists or CallStatus.ServiceLost;
}
