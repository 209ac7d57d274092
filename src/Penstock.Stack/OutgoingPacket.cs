using System;
using Penstock.Stack.Buffers;

namespace Penstock.Stack;

/// <summary>A packet for the device: headers in a vector of their own, payload where it lies.</summary>
/// <remarks>
/// <code>
///   Headers            Payload[0]      Payload[1] ...
///   | IP | TCP/UDP |   | text ... |    | text ... |
///   ^    ^ ChecksumStart
/// </code>
/// Valid only during the call that receives it; the receiver takes no ownership of the leases.
/// </remarks>
public readonly ref struct OutgoingPacket
{
    /// <summary>IP and transport headers.</summary>
    public required ReadOnlySpan<byte> Headers { get; init; }

    /// <summary>The payload's pieces in order; empty for a bare header.</summary>
    public ReadOnlySpan<Lease> Payload { get; init; }

    /// <summary>Sum of the pieces' lengths.</summary>
    public int PayloadLength { get; init; }

    /// <summary>True when the device must complete the transport checksum.</summary>
    public bool NeedsChecksum { get; init; }

    /// <summary>Where the transport header starts within <see cref="Headers"/>.</summary>
    public int ChecksumStart { get; init; }

    /// <summary>Where the checksum field lies within the transport header: 16 for TCP, 6 for UDP.</summary>
    public int ChecksumOffset { get; init; }

    /// <summary>Payload bytes a segment when the device must cut the packet; 0 for a packet that fits.</summary>
    public int SegmentSize { get; init; }

    /// <summary>The IP version.</summary>
    public bool IsV6 { get; init; }

    /// <summary>Whole length as the device counts it: headers and payload.</summary>
    public int Length => Headers.Length + PayloadLength;
}
