namespace Penstock.HyperAmp.Owners;

/// <summary>What became of the wish for an entry.</summary>
public enum TakeStatus
{
    /// <summary>The entry is the caller's.</summary>
    Taken,

    /// <summary>All entries are in use.</summary>
    NoEntry,

    /// <summary>No run of payload is long enough.</summary>
    NoPayload,

    /// <summary>The free list offers an entry that this owner has already: a peer wrote over the list (H4).</summary>
    Corrupt,
}
