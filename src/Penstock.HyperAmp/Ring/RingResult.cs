namespace Penstock.HyperAmp.Ring;

/// <summary>How an operation on a ring ended.</summary>
public enum RingResult
{
    /// <summary>Done.</summary>
    Ok,

    /// <summary>No message is there.</summary>
    Empty,

    /// <summary>No block is free, or on a shared data area the peer has not taken the last message yet.</summary>
    Full,

    /// <summary>The creator has not finished the control pages, or has made them anew with another geometry.</summary>
    NotReady,

    /// <summary>The payload is longer than a block, the bulk window, or the caller's buffer.</summary>
    TooLong,

    /// <summary>The page or the message holds what no correct peer writes; nothing was taken from it.</summary>
    Corrupted,

    /// <summary>The ring's lock stayed taken for longer than the lease and could not be broken.</summary>
    Locked,

    /// <summary>The deadline passed without an answer.</summary>
    TimedOut,

    /// <summary>The caller gave up.</summary>
    Cancelled,

    /// <summary>The peer answered that the service failed.</summary>
    Failed,

    /// <summary>An earlier bulk transfer timed out and the peer may still write the window.</summary>
    Quarantined,
}
