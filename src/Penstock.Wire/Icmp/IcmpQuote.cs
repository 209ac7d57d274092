using System;
using System.Buffers.Binary;
using Penstock.Wire.Ip;
using Penstock.Wire.Tcp;

namespace Penstock.Wire.Icmp;

/// <summary>What an ICMP error about a TCP or UDP packet quotes of it: its two ends, its length, TCP's sequence number.</summary>
/// <remarks>
/// <code>
///   | ICMP header | IP header of the packet | ports | number | ...
///   |----- 8 -----|                         |------ 8 ------|    all that a router must quote, RFC 792
/// </code>
/// The lengths within the quote are those of the packet, of which the end is missing. Of the packets that carry IPv6
/// extension headers this project sends two kinds: BIG TCP, and fragments of datagrams.
/// </remarks>
/// <param name="Protocol">TCP or UDP.</param>
/// <param name="Source">Who sent the quoted packet.</param>
/// <param name="Destination">Whom it was for.</param>
/// <param name="Length">Bytes of the packet as its IP header tells them: a BIG TCP packet's does not.</param>
/// <param name="Seq">TCP's sequence number.</param>
public readonly record struct IcmpQuote(
    IpProtocol Protocol, InetEndpoint Source, InetEndpoint Destination, int Length, SeqNumber Seq)
{
    private const int TransportLength = 8;
    private const int ExtensionLength = 8;

    /// <summary>Reads the quote of an error; false when it is cut, or quotes neither TCP nor UDP, or a fragment but the first.</summary>
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
        if (isV6 && !SkipExtension(ip, ref header, ref protocol))
            return false;
        if (header < Ipv4Header.MinimumLength || ip.Length < header + TransportLength
            || protocol is not (IpProtocol.Tcp or IpProtocol.Udp))
        {
            return false;
        }
        if (!isV6 && (BinaryPrimitives.ReadUInt16BigEndian(ip[6..]) & 0x1fff) != 0)
            return false;
        int length = isV6
            ? Ipv6Header.FixedLength + BinaryPrimitives.ReadUInt16BigEndian(ip[4..])
            : BinaryPrimitives.ReadUInt16BigEndian(ip[2..]);
        ReadOnlySpan<byte> transport = ip[header..];
        ReadOnlySpan<byte> addresses = isV6 ? ip.Slice(8, 32) : ip.Slice(12, 8);
        int half = addresses.Length / 2;
        quote = new IcmpQuote(
            protocol,
            new InetEndpoint(InetAddress.Read(addresses[..half]), BinaryPrimitives.ReadUInt16BigEndian(transport)),
            new InetEndpoint(InetAddress.Read(addresses[half..]), BinaryPrimitives.ReadUInt16BigEndian(transport[2..])),
            length,
            protocol == IpProtocol.Tcp ? new SeqNumber(BinaryPrimitives.ReadUInt32BigEndian(transport[4..])) : default);
        return true;
    }

    // The one extension header that packets of ours may have; false when it, or what follows it, is none of ours.
    private static bool SkipExtension(ReadOnlySpan<byte> ip, ref int header, ref IpProtocol protocol)
    {
        if (protocol is not (IpProtocol.HopByHop or IpProtocol.Fragment))
            return true;
        if (ip.Length < header + ExtensionLength)
            return false;
        ReadOnlySpan<byte> extension = ip.Slice(header, ExtensionLength);
        bool isOurs = protocol == IpProtocol.HopByHop
            ? (IpProtocol)extension[0] == IpProtocol.Tcp && extension[1] == 0
            : (IpProtocol)extension[0] == IpProtocol.Udp && (BinaryPrimitives.ReadUInt16BigEndian(extension[2..]) & 0xfff8) == 0;
        protocol = (IpProtocol)extension[0];
        header += ExtensionLength;
        return isOurs;
    }
}
