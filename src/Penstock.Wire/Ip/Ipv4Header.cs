using System;
using System.Buffers.Binary;
using Penstock.Wire.Checksum;

namespace Penstock.Wire.Ip;

/// <summary>The IPv4 header, RFC 791 (3.1).</summary>
/// <remarks>
/// <code>
///    0                   1                   2                   3
///    0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
///   +-------+-------+---------------+-------------------------------+
///   |Version|  IHL  |Type of service|         Total length          |
///   +-------+-------+---------------+-----+-------------------------+
///   |        Identification         |0 D M|     Fragment offset     |
///   +---------------+---------------+-----+-------------------------+
///   |      TTL      |   Protocol    |        Header checksum        |
///   +---------------+---------------+-------------------------------+
///   |                            Source                             |
///   +---------------------------------------------------------------+
///   |                          Destination                          |
///   +---------------------------------------------------------------+
///   |                    Options (IHL - 5 words)                    |
///   +---------------------------------------------------------------+
/// </code>
/// </remarks>
public static class Ipv4Header
{
    /// <summary>Bytes without options.</summary>
    public const int MinimumLength = 20;

    /// <summary>The flag that forbids fragmentation, as it stands in the flags and offset field.</summary>
    public const ushort DontFragment = 0x4000;

    private const ushort MoreFragmentsFlag = 0x2000;

    /// <summary>Reads the header; options are skipped.</summary>
    public static bool TryParse(ReadOnlySpan<byte> bytes, out IpPacket packet)
    {
        packet = default;
        if (bytes.Length < MinimumLength || bytes[0] >> 4 != 4)
            return false;
        int header = (bytes[0] & 0xf) * 4;
        int total = BinaryPrimitives.ReadUInt16BigEndian(bytes[2..]);
        if (header < MinimumLength || total < header || total > bytes.Length)
            return false;
        int fragment = BinaryPrimitives.ReadUInt16BigEndian(bytes[6..]);
        packet = new IpPacket
        {
            Source = InetAddress.FromV4(BinaryPrimitives.ReadUInt32BigEndian(bytes[12..])),
            Destination = InetAddress.FromV4(BinaryPrimitives.ReadUInt32BigEndian(bytes[16..])),
            Protocol = (IpProtocol)bytes[9],
            Ttl = bytes[8],
            TrafficClass = bytes[1],
            PayloadOffset = header,
            PayloadLength = total - header,
            FragmentId = BinaryPrimitives.ReadUInt16BigEndian(bytes[4..]),
            FragmentOffset = (fragment & 0x1fff) * 8,
            MoreFragments = (fragment & MoreFragmentsFlag) != 0,
        };
        return true;
    }

    /// <summary>True when the header's own checksum is right.</summary>
    /// <param name="header">The header with its options, as long as IHL says.</param>
    public static bool ChecksumHolds(ReadOnlySpan<byte> header) => InternetChecksum.Fold(InternetChecksum.Add(0, header)) == 0xffff;

    /// <summary>Writes a header of 20 bytes with its checksum.</summary>
    /// <remarks>
    /// A BIG TCP packet is a super-packet that is too long for the field, in which 0 stands: Linux takes the device's word
    /// for its length. It never leaves the host as one, and <see cref="TryParse"/> refuses it.
    /// </remarks>
    /// <param name="destination">At least 20 bytes.</param>
    /// <param name="source">An IPv4 address.</param>
    /// <param name="target">An IPv4 address.</param>
    /// <param name="protocol">What follows.</param>
    /// <param name="payloadLength">0 to 65 515; more makes a BIG TCP packet, see the remarks.</param>
    /// <param name="id">Identification.</param>
    /// <param name="ttl">Time to live.</param>
    /// <param name="trafficClass">DSCP and ECN.</param>
    /// <param name="flagsAndOffset">The flags and the fragment offset in units of 8 bytes.</param>
    public static void Write(
        Span<byte> destination, InetAddress source, InetAddress target, IpProtocol protocol, int payloadLength,
        ushort id, byte ttl = 64, byte trafficClass = 0, ushort flagsAndOffset = 0)
    {
        Span<byte> h = destination[..MinimumLength];
        h[0] = 0x45;
        h[1] = trafficClass;
        int total = MinimumLength + payloadLength;
        BinaryPrimitives.WriteUInt16BigEndian(h[2..], total <= ushort.MaxValue ? (ushort)total : (ushort)0);
        BinaryPrimitives.WriteUInt16BigEndian(h[4..], id);
        BinaryPrimitives.WriteUInt16BigEndian(h[6..], flagsAndOffset);
        h[8] = ttl;
        h[9] = (byte)protocol;
        BinaryPrimitives.WriteUInt16BigEndian(h[10..], 0);
        BinaryPrimitives.WriteUInt32BigEndian(h[12..], source.V4);
        BinaryPrimitives.WriteUInt32BigEndian(h[16..], target.V4);
        BinaryPrimitives.WriteUInt16BigEndian(h[10..], InternetChecksum.Finish(InternetChecksum.Add(0, h)));
    }
}
