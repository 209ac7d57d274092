using Penstock.Wire.Tcp;

namespace Penstock.Stack.Tests.Tcp;

/// <summary>A segment that the peer sends; a test states what differs from a bare acknowledgment of everything so far.</summary>
internal readonly record struct Segment
{
    public Segment()
    {
    }

    /// <summary>Relative: 0 is the SYN, 1 the first byte.</summary>
    public long Seq { get; init; } = 1;

    /// <summary>Relative to the stack's SYN; null acknowledges all that has been seen.</summary>
    public long? Ack { get; init; }

    public TcpFlags Flags { get; init; } = TcpFlags.Ack;

    /// <summary>As in the header, not scaled.</summary>
    public ushort Window { get; init; } = 65535;

    /// <summary>Bytes of text; their values follow from their sequence numbers.</summary>
    public int Length { get; init; }

    public ushort Mss { get; init; }

    public int Scale { get; init; } = -1;

    public bool SackPermitted { get; init; }

    public (long Left, long Right)[] Sack { get; init; } = [];

    /// <summary>TSval; null leaves the option to what the ladder negotiated.</summary>
    public uint? TsVal { get; init; }

    public uint? TsEcr { get; init; }

    public bool WithoutTimestamps { get; init; }

    /// <summary>Segment size of a super-packet.</summary>
    public int SegmentSize { get; init; }

    public int Ecn { get; init; }

    public bool BreakChecksum { get; init; }
}
