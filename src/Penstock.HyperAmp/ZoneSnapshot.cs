using System.Collections.Generic;
using Penstock.HyperAmp.Owners;
using Penstock.HyperAmp.Queue;

namespace Penstock.HyperAmp;

/// <summary>A region at a moment. What moves while it is read may be from slightly different moments.</summary>
public sealed record ZoneSnapshot
{
    /// <summary>The file or device.</summary>
    public required string Path { get; init; }

    /// <summary>The queue's layout; null when the page shows none.</summary>
    public QueueLayout? Layout { get; init; }

    /// <summary>True when nobody has initialised the page.</summary>
    public bool Blank { get; init; }

    /// <summary>The working mark of zone 0's page.</summary>
    public string Mark { get; init; } = "";

    /// <summary>The working mark of the other zone's page.</summary>
    public string PeerMark { get; init; } = "";

    /// <summary>The lock byte of V2.</summary>
    public byte LockByte { get; init; }

    /// <summary>Entries of the queue.</summary>
    public int Entries { get; init; }

    /// <summary>Entries on the free list.</summary>
    public int Free { get; init; }

    /// <summary>Entries on the wait list.</summary>
    public int Waiting { get; init; }

    /// <summary>Entries on the process list.</summary>
    public int Processing { get; init; }

    /// <summary>Entries that clients keep for later.</summary>
    public int Cached { get; init; }

    /// <summary>Entries that clients fill or read.</summary>
    public int Held { get; init; }

    /// <summary>Entries under way.</summary>
    public int Submitted { get; init; }

    /// <summary>Entries in quarantine.</summary>
    public int Quarantined { get; init; }

    /// <summary>Bytes that can be given out.</summary>
    public long PayloadBytes { get; init; }

    /// <summary>Bytes given out.</summary>
    public long PayloadUsed { get; init; }

    /// <summary>True while somebody holds the channel's lock.</summary>
    public bool Locked { get; init; }

    /// <summary>Raised by every full initialisation under living clients.</summary>
    public uint Epoch { get; init; }

    /// <summary>Owner slot of the announced service, -1 when there is none.</summary>
    public int ServiceSlot { get; init; } = -1;

    /// <summary>The owners.</summary>
    public IReadOnlyList<OwnerSnapshot> Owners { get; init; } = [];

    /// <summary>The service's counters.</summary>
    public IReadOnlyDictionary<ServiceCounter, ulong> Counters { get; init; } = new Dictionary<ServiceCounter, ulong>();
}
