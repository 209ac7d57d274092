using System;
using System.Buffers.Binary;

namespace Penstock.Wire.Ip;

/// <summary>The IPv6 header and its chain of extension headers, RFC 8200 (3, 4).</summary>
/// <remarks>
/// <code>
///   +-------+---------------+---------------------------------------+
///   |Version| Traffic class |              Flow label               |
///   +-------+---------------+-------+---------------+---------------+
///   |        Payload length         |  Next header  |   Hop limit   |
///   +-------------------------------+---------------+---------------+
///   |                       Source (16 bytes)                       |
///   |                     Destination (16 bytes)                    |
///   +---------------------------------------------------------------+
/// </code>
/// </remarks>
public static class Ipv6Header
{
    /// <summary>Bytes of the fixed header.</summary>
    public const int FixedLength = 40;

    /// <summary>Bytes with the jumbo payload option.</summary>
    public const int BigLength = FixedLength + 8;

    // A chain longer than this has no honest use; a bound keeps one packet from costing thousands of steps.
    private const int MostExtensions = 8;

    /// <summary>Reads the header and walks the extension headers up to the payload or to a fragment's data.</summary>
    public static bool TryParse(ReadOnlySpan<byte> bytes, out IpPacket packet)
    {
        packet = default;
        if (bytes.Length < FixedLength || bytes[0] >> 4 != 6)
            return false;
        int end = FixedLength + BinaryPrimitives.ReadUInt16BigEndian(bytes[4..]);
        if (end > bytes.Length)
            return false;

        int offset = FixedLength;
        var next = (IpProtocol)bytes[6];
        uint fragmentId = 0;
        int fragmentOffset = 0;
        int fragmentHeader = 0;
        bool more = false;
        for (int i = 0; IsExtension(next) && fragmentOffset == 0; i++)
        {
            if (i == MostExtensions || end - offset < 8)
                return false;
            ReadOnlySpan<byte> extension = bytes[offset..end];
            int length = 8;
            if (next == IpProtocol.Fragment)
            {
                if (fragmentHeader != 0)
                    return false;
                fragmentHeader = offset;
                int field = BinaryPrimitives.ReadUInt16BigEndian(extension[2..]);
                fragmentOffset = field & 0xfff8;
                more = (field & 1) != 0;
                fragmentId = BinaryPrimitives.ReadUInt32BigEndian(extension[4..]);
            }
            else
            {
                length += extension[1] * 8;
                // Segments left: the destination is only a stop on the way, and no route goes on from here, RFC 8200 (4.4).
                if (length > extension.Length || (next == IpProtocol.Routing && extension[3] != 0))
                    return false;
            }
            next = (IpProtocol)extension[0];
            offset += length;
        }

        packet = new IpPacket
        {
            Source = ReadAddress(bytes[8..]),
            Destination = ReadAddress(bytes[24..]),
            Protocol = next,
            Ttl = bytes[7],
            TrafficClass = (byte)(BinaryPrimitives.ReadUInt16BigEndian(bytes) >> 4),
            PayloadOffset = offset,
            PayloadLength = end - offset,
            FragmentId = fragmentId,
            FragmentOffset = fragmentOffset,
            MoreFragments = more,
            FragmentHeaderOffset = fragmentHeader,
        };
        return true;
    }

    /// <summary>Writes the fixed header.</summary>
    /// <param name="destination">At least 40 bytes.</param>
    /// <param name="source">An IPv6 address.</param>
    /// <param name="target">An IPv6 address.</param>
    /// <param name="protocol">What follows.</param>
    /// <param name="payloadLength">0 to 65 535.</param>
    /// <param name="hopLimit">Hop limit.</param>
    /// <param name="trafficClass">DSCP and ECN.</param>
    public static void Write(
        Span<byte> destination, InetAddress source, InetAddress target, IpProtocol protocol, int payloadLength,
        byte hopLimit = 64, byte trafficClass = 0)
    {
        Span<byte> h = destination[..FixedLength];
        BinaryPrimitives.WriteUInt32BigEndian(h, 0x6000_0000u | (uint)trafficClass << 20);
        BinaryPrimitives.WriteUInt16BigEndian(h[4..], (ushort)payloadLength);
        h[6] = (byte)protocol;
        h[7] = hopLimit;
        source.Write(h[8..]);
        target.Write(h[24..]);
    }

    /// <summary>
    /// Writes the headers of a BIG TCP packet, a super-packet that is too long for the field: its length stands in the
    /// jumbo payload option, RFC 2675 (2). It never leaves the host as one.
    /// </summary>
    /// <param name="destination">At least <see cref="BigLength"/> bytes.</param>
    /// <param name="source">An IPv6 address.</param>
    /// <param name="target">An IPv6 address.</param>
    /// <param name="protocol">What follows.</param>
    /// <param name="payloadLength">What follows, more than 65 535 bytes.</param>
    /// <param name="hopLimit">Hop limit.</param>
    /// <param name="trafficClass">DSCP and ECN.</param>
    public static void WriteBig(
        Span<byte> destination, InetAddress source, InetAddress target, IpProtocol protocol, int payloadLength,
        byte hopLimit, byte trafficClass)
    {
        const byte JumboPayload = 0xc2;
        Write(destination, source, target, IpProtocol.HopByHop, 0, hopLimit, trafficClass);
        Span<byte> option = destination[FixedLength..BigLength];
        option[0] = (byte)protocol;
        option[1] = 0;
        option[2] = JumboPayload;
        option[3] = 4;
        BinaryPrimitives.WriteInt32BigEndian(option[4..], option.Length + payloadLength);
    }

    private static InetAddress ReadAddress(ReadOnlySpan<byte> bytes) =>
        InetAddress.FromV6(BinaryPrimitives.ReadUInt64BigEndian(bytes), BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]));

    private static bool IsExtension(IpProtocol protocol) => protocol is
        IpProtocol.HopByHop or IpProtocol.Routing or IpProtocol.Fragment or IpProtocol.DestinationOptions;
}
