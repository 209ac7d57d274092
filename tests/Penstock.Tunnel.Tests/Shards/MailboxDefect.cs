namespace Penstock.Tunnel.Tests.Shards;

/// <summary>A mistake that a mailbox could have; the explorer must find each.</summary>
public enum MailboxDefect
{
    None,

    /// <summary>No fence between the publication and the look at the sleep word, or between the sleep word and the second look.</summary>
    NoFence,

    /// <summary>A producer looks at the sleep word before it publishes.</summary>
    FlagCheckedBeforePublication,

    /// <summary>The owner does not look at the ring again once it has announced its sleep.</summary>
    NoSecondLook,

    /// <summary>A slot's turn is published by a plain store, which may overtake the message.</summary>
    PlainPublication,

    /// <summary>A slot is handed back before it has been read.</summary>
    EmptiedTooEarly,

    /// <summary>A position is claimed by a load and a store.</summary>
    ClaimWithoutCompareExchange,
}
