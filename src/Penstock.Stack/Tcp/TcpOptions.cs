namespace Penstock.Stack.Tcp;

/// <summary>How a stack's connections behave; the defaults suit a tunnel on one host or in front of a LAN.</summary>
/// <remarks>Times are in microseconds, sizes in bytes.</remarks>
public sealed record TcpOptions
{
    /// <summary>Congestion control.</summary>
    public CongestionAlgorithm Congestion { get; init; } = CongestionAlgorithm.Cubic;

    /// <summary>Receive buffer at the start of a connection; four super-packets keep a batch full.</summary>
    public int InitialReceiveWindow { get; init; } = 256 * 1024;

    /// <summary>Bound of the receive buffer: 4 MB fill a 100 ms path at 335 Mbit/s.</summary>
    public int MaxReceiveWindow { get; init; } = 4 * 1024 * 1024;

    /// <summary>Send buffer of a connection that has shown nothing yet.</summary>
    public int InitialSendBuffer { get; init; } = 256 * 1024;

    /// <summary>Bound of the send buffer.</summary>
    public int MaxSendBuffer { get; init; } = 4 * 1024 * 1024;

    /// <summary>Both buffers while the memory budget is tight.</summary>
    public int TightBuffer { get; init; } = 64 * 1024;

    /// <summary>Initial congestion window in segments, RFC 6928 (2).</summary>
    public int InitialWindowSegments { get; init; } = 10;

    /// <summary>Answer and use timestamps, RFC 7323 (3).</summary>
    public bool Timestamps { get; init; } = true;

    /// <summary>Answer and use window scaling, RFC 7323 (2).</summary>
    public bool WindowScaling { get; init; } = true;

    /// <summary>Answer and use SACK, RFC 2018, and with it RACK-TLP, RFC 8985.</summary>
    public bool Sack { get; init; } = true;

    /// <summary>Agree to ECN when a SYN asks for it, RFC 3168 (6.1.1).</summary>
    public bool Ecn { get; init; } = true;

    /// <summary>Hold back the acknowledgment of a lone small segment this long, to ride on the answer; 0 to 40 ms.</summary>
    public int AckDelay { get; init; }

    /// <summary>Smallest retransmission timeout; RFC 6298 (2.4) asks for a second, deployed stacks use a fifth of it.</summary>
    public int MinRto { get; init; } = 200_000;

    /// <summary>Retransmission timeout before the first measurement, RFC 6298 (2.1).</summary>
    public int InitialRto { get; init; } = 1_000_000;

    /// <summary>Largest retransmission timeout, RFC 6298 (2.5).</summary>
    public int MaxRto { get; init; } = 60_000_000;

    /// <summary>SYN-ACK retransmissions before a half-open connection is given up.</summary>
    public int SynAckRetries { get; init; } = 5;

    /// <summary>How long text or a probe may stay unanswered, RFC 9293 (3.8.3) R2.</summary>
    public long GiveUpAfter { get; init; } = 100_000_000;

    /// <summary>How long TIME-WAIT lasts; a new SYN of the same flow ends it earlier.</summary>
    public long TimeWait { get; init; } = 1_000_000;

    /// <summary>Silence before a keep-alive probe, RFC 9293 (3.8.4); 0 sends none.</summary>
    public long KeepAliveAfter { get; init; }

    /// <summary>Time between keep-alive probes.</summary>
    public long KeepAliveInterval { get; init; } = 75_000_000;

    /// <summary>Unanswered keep-alive probes that end a connection.</summary>
    public int KeepAliveProbes { get; init; } = 9;

    /// <summary>Challenge ACKs a second over all connections, RFC 5961 (7).</summary>
    public int ChallengeAcksPerSecond { get; init; } = 1000;

    /// <summary>RSTs a second in answer to segments of unknown flows.</summary>
    public int StrangerResetsPerSecond { get; init; } = 5000;

    /// <summary>TTL or hop limit of what is sent.</summary>
    public byte Ttl { get; init; } = 64;
}
