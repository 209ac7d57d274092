using System;

namespace Penstock.HyperAmp.Ring;

/// <summary>What the two ends of a channel agree on besides the layout.</summary>
public sealed record RingOptions
{
    /// <summary>How producers and consumers exclude each other.</summary>
    public RingLocking Locking { get; init; } = RingLocking.SingleRole;

    /// <summary>
    /// Gives each ring blocks of its own. Only when both ends are ours: the legacy layout has one set of blocks for both
    /// rings, so messages of both directions meet in them and only one may be under way at a time.
    /// </summary>
    public bool SeparateData { get; init; }

    /// <summary>How long a taken lock word may show no progress before its holder counts as dead.</summary>
    public TimeSpan LockLease { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>What the owner field shows while this end holds the lock; 0 is Linux, 1 seL4.</summary>
    public uint Zone { get; init; }
}
