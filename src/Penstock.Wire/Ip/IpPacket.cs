using System;

namespace Penstock.Wire.Ip;

/// <summary>What an IP header says, either version, with options and extension headers already walked over.</summary>
/// <remarks>
/// A value: it holds no bytes. Offsets count from the first byte of the IP header.
/// <code>
///   | IP header | options or extension headers | payload ... | padding |
///   0                                          ^ PayloadOffset         ^ end of the device's packet
///                                              |-PayloadLength-|
/// </code>
/// </remarks>
public readonly struct IpPacket
{
    /// <summary>Where the packet comes from.</summary>
    public InetAddress Source { get; init; }

    /// <summary>Where it goes.</summary>
    public InetAddress Destination { get; init; }

    /// <summary>The protocol of the payload; for a fragment, that of the whole.</summary>
    public IpProtocol Protocol { get; init; }

    /// <summary>TTL or hop limit.</summary>
    public byte Ttl { get; init; }

    /// <summary>Type of service or traffic class: six bits of DSCP, two of ECN.</summary>
    public byte TrafficClass { get; init; }

    /// <summary>First byte of the payload.</summary>
    public int PayloadOffset { get; init; }

    /// <summary>Bytes of payload, 0 to 65 535; padding behind the packet is not counted.</summary>
    public int PayloadLength { get; init; }

    /// <summary>The identification of a fragment: 16 bits in IPv4, 32 in IPv6.</summary>
    public uint FragmentId { get; init; }

    /// <summary>Where a fragment's payload belongs, in bytes, a multiple of 8.</summary>
    public int FragmentOffset { get; init; }

    /// <summary>More fragments follow.</summary>
    public bool MoreFragments { get; init; }

    /// <summary>Where the IPv6 fragment header lies; 0 when there is none, and for IPv4.</summary>
    public int FragmentHeaderOffset { get; init; }

    /// <summary>The IP version.</summary>
    public bool IsV6 => Source.IsV6;

    /// <summary>A part of a datagram; an IPv6 packet with an atomic fragment header (RFC 6946) is whole.</summary>
    public bool IsFragment => MoreFragments || FragmentOffset != 0;

    /// <summary>The two ECN bits, RFC 3168 (5): 0 not capable, 1 ECT(1), 2 ECT(0), 3 congestion experienced.</summary>
    public int Ecn => TrafficClass & 3;

    /// <summary>Header and payload, without padding.</summary>
    public int Length => PayloadOffset + PayloadLength;

    /// <summary>Reads a packet's header; false when it is malformed or truncated and must be dropped.</summary>
    /// <param name="bytes">From the IP header's first byte to the end of what the device gave; may be padded.</param>
    /// <param name="packet">What the header says.</param>
    public static bool TryParse(ReadOnlySpan<byte> bytes, out IpPacket packet)
    {
        packet = default;
        if (bytes.IsEmpty)
            return false;
        return (bytes[0] >> 4) switch
        {
            4 => Ipv4Header.TryParse(bytes, out packet),
            6 => Ipv6Header.TryParse(bytes, out packet),
            _ => false,
        };
    }
}
