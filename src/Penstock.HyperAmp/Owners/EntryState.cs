namespace Penstock.HyperAmp.Owners;

/// <summary>What an entry is to the clients that share the side region.</summary>
/// <remarks>
/// <code>
///   Free ──take──► Held ──submit──► Submitted ──dealt──► Held ──► Cached ──► Free
///                   ▲                   │                           │
///                   └───────────────────┼────────── take ───────────┘
///                                       └─ deadline ─► Quarantined ─ dealt ─► Free
/// </code>
/// </remarks>
public enum EntryState : byte
{
    /// <summary>On the free list, or a legacy peer's.</summary>
    Free = 0,

    /// <summary>Kept by its owner for the next request; another owner may take it when the free list is empty.</summary>
    Cached = 1,

    /// <summary>Being filled or read by its owner.</summary>
    Held = 2,

    /// <summary>Handed in; the service writes the payload.</summary>
    Submitted = 3,

    /// <summary>Nobody waits any more, but the service may still write: neither entry nor payload is reused.</summary>
    Quarantined = 4,
}
