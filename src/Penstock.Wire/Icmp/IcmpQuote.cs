using System;
using System.Buffers.Binary;
using Penstock.Wire.Ip;
using Penstock.Wire.Tcp;

namespace Penstock.Wire.Icmp;

/// <summary>What an ICMP error about a TCP packet quotes of it: its two ends and its sequence number.</summary>
/// <remarks>
/// <code>
///   | ICMP header | IP header of the packet | ports | number | ...
///   |----- 8 -----|                         |------ 8 ------|    all that a router must quote, RFC 792
/// </code>
/// The lengths within the quote are those of the packet, of which the end is missing. Packets that carried IPv6 extension
/// headers are none of those that this project sends.
/// </remarks>
/// <param name="Source">Who sent the quoted packet.</param>
/// <param name="Destination">Whom it was for.</param>
/// <param name="Seq">Its sequence number.</param>
public readonly record struct IcmpQuote(InetEndpoint Source, InetEndpoint Destination, SeqNumber Seq)
{
    private const int TransportLength = 8;

    /// <summary>Reads the quote of an error; false when it is cut, or quotes no TCP packet, or a fragment but the first.</summary>
    /// <param name="message">The error from its ICMP header on.</param>
    /// <param name="isV6">Which of the two ICMPs; the quoted packet is of the same family.</param>
    /// <param name="quote">What it quotes.</param>
    public static bool TryParse(ReadOnlySpan<byte> message, bool isV6, out IcmpQuote quote)
    {
        quote = default;
        if (message.Length < IcmpHeader.Size)
            return false;
        ReadOnlySpan<byte> ip = message[IcmpHeader.Size..];
        if (ip.Length < (isV6 ? Ipv6Header.FixedLength : Ipv4Header.MinimumLength) || ip[0] >> 4 != (isV6 ? 6 : 4))
            return false;
        int header = isV6 ? Ipv6Header.FixedLength : (ip[0] & 0xf) * 4;
        var protocol = (IpProtocol)ip[isV6 ? 6 : 9];
        if (isV6 && protocol == IpProtocol.HopByHop && ip.Length >= Ipv6Header.BigLength && ip[header + 1] == 0)
        {
            protocol = (IpProtocol)ip[header]; // a BIG TCP packet
            header = Ipv6Header.BigLength;
        }
        if (header < Ipv4Header.MinimumLength || ip.Length < header + TransportLength || protocol != IpProtocol.Tcp)
            return false;
        if (!isV6 && (BinaryPrimitives.ReadUInt16BigEndian(ip[6..]) & 0x1fff) != 0)
            return false;
        ReadOnlySpan<byte> transport = ip[header..];
        ReadOnlySpan<byte> addresses = isV6 ? ip.Slice(8, 32) : ip.Slice(12, 8);
        int half = addresses.Length / 2;
        quote = new IcmpQuote(
            new InetEndpoint(InetAddress.Read(addresses[..half]), BinaryPrimitives.ReadUInt16BigEndian(transport)),
            new InetEndpoint(InetAddress.Read(addresses[half..]), BinaryPrimitives.ReadUInt16BigEndian(transport[2..])),
            new SeqNumber(BinaryPrimitives.ReadUInt32BigEndian(transport[4..])));
        return true;
    }
}
