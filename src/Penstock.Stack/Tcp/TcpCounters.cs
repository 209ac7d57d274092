namespace Penstock.Stack.Tcp;

/// <summary>What a stack has done, since it was made.</summary>
/// <remarks>Plain numbers with one writer, the stack's thread; another thread that reads them sees them a little late.</remarks>
public sealed class TcpCounters
{
    /// <summary>Packets given to Input.</summary>
    public long SegmentsIn { get; internal set; }

    /// <summary>Packets written to the device.</summary>
    public long SegmentsOut { get; internal set; }

    /// <summary>Bytes of text delivered to the host.</summary>
    public long TextIn { get; internal set; }

    /// <summary>Bytes of text that peers have acknowledged.</summary>
    public long TextOut { get; internal set; }

    /// <summary>Bytes of text written again.</summary>
    public long TextRetransmitted { get; internal set; }

    /// <summary>Packets that carried text or FIN again, or a SYN-ACK.</summary>
    public long Retransmissions { get; internal set; }

    /// <summary>Retransmission timeouts.</summary>
    public long Timeouts { get; internal set; }

    /// <summary>Tail loss probes, RFC 8985 (7).</summary>
    public long TailProbes { get; internal set; }

    /// <summary>Times that loss recovery was entered without a timeout.</summary>
    public long FastRecoveries { get; internal set; }

    /// <summary>Losses that were none: what was taken for lost had only been late, and the window is what it was.</summary>
    public long SpuriousLosses { get; internal set; }

    /// <summary>Segments dropped as malformed.</summary>
    public long Malformed { get; internal set; }

    /// <summary>Segments dropped for a wrong checksum.</summary>
    public long ChecksumErrors { get; internal set; }

    /// <summary>Segments dropped for an old timestamp, RFC 7323 (5).</summary>
    public long PawsDrops { get; internal set; }

    /// <summary>Segments dropped outside the window, or with an acknowledgment out of range.</summary>
    public long Unacceptable { get; internal set; }

    /// <summary>Segments whose text was kept for later because some before it was missing.</summary>
    public long OutOfOrder { get; internal set; }

    /// <summary>Segments whose text was dropped for lack of memory or order.</summary>
    public long TextDropped { get; internal set; }

    /// <summary>Segments that carried nothing but what was there already.</summary>
    public long Duplicates { get; internal set; }

    /// <summary>Challenge ACKs sent, RFC 5961.</summary>
    public long ChallengeAcks { get; internal set; }

    /// <summary>RSTs sent.</summary>
    public long ResetsOut { get; internal set; }

    /// <summary>RSTs accepted.</summary>
    public long ResetsIn { get; internal set; }

    /// <summary>Segments of flows that nobody knows.</summary>
    public long Strangers { get; internal set; }

    /// <summary>Connections begun by a SYN.</summary>
    public long Opened { get; internal set; }

    /// <summary>Handshakes completed.</summary>
    public long Established { get; internal set; }

    /// <summary>SYNs that the host refused.</summary>
    public long Refused { get; internal set; }

    /// <summary>Connections that ended by retransmission, probe or keep-alive.</summary>
    public long TimedOut { get; internal set; }

    /// <summary>Packets that the device had no room for.</summary>
    public long DeviceFull { get; internal set; }

    /// <summary>Zero-window probes sent.</summary>
    public long WindowProbes { get; internal set; }

    /// <summary>Keep-alive probes sent.</summary>
    public long KeepAlives { get; internal set; }

    /// <summary>Window reductions in answer to an ECN echo.</summary>
    public long EcnReductions { get; internal set; }
}
