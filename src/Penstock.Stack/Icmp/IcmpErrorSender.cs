using System;
using System.Buffers.Binary;
using Penstock.Stack.Ip;
using Penstock.Wire.Checksum;
using Penstock.Wire.Icmp;
using Penstock.Wire.Ip;
using Penstock.Wire.Udp;

namespace Penstock.Stack.Icmp;

/// <summary>Tells senders what became of their packets, within a rate, and only where the RFCs allow it.</summary>
/// <remarks>
/// <code>
///   | IP header | ICMP header | the packet that caused it, as much as fits |
///                             |-- IPv4: 576 in all, RFC 1812 (4.3.2.3) ----|
///                             |-- IPv6: 1280 in all, RFC 4443 (2.4 c) -----|
/// </code>
/// The source is the destination that could not be served: a host refuses packets from its own addresses, and the
/// tunnel has no other. Single-threaded.
/// </remarks>
public sealed class IcmpErrorSender
{
    private const int LongestV4 = 576;
    private const int LongestV6 = 1280;

    private readonly IpOutput _output;
    private readonly IpOptions _options;
    private readonly IpCounters _counters;
    private readonly TokenBucket _bucket;

    internal IcmpErrorSender(IpOutput output, IpOptions options, IpCounters counters)
    {
        _output = output;
        _options = options;
        _counters = counters;
        _bucket = new TokenBucket(options.IcmpErrorsPerSecond, options.IcmpErrorBurst);
    }

    /// <summary>Answers a packet with an error.</summary>
    /// <param name="ip">What its header says.</param>
    /// <param name="packet">The packet from the first byte of its IP header.</param>
    /// <param name="error">What is wrong.</param>
    /// <param name="now">The time, in microseconds.</param>
    /// <returns>False when none was sent: the packet deserves none, the rate is used up, or the device was full.</returns>
    public bool Answer(in IpPacket ip, ReadOnlySpan<byte> packet, IcmpError error, long now) =>
        Deserves(ip, packet) && Send(ip.Source, ip.Destination, packet[..Math.Min(packet.Length, ip.Length)], error, now);

    /// <summary>Refuses a datagram whose packet is gone: what is quoted is built anew from the flow and its first bytes.</summary>
    /// <param name="flow">The two ends as the datagram named them.</param>
    /// <param name="payload">The datagram's first bytes, or all of them.</param>
    /// <param name="payloadLength">Bytes that the datagram had.</param>
    /// <param name="error">What is wrong.</param>
    /// <param name="now">The time, in microseconds.</param>
    public bool Refuse(in FlowKey flow, ReadOnlySpan<byte> payload, int payloadLength, IcmpError error, long now)
    {
        Span<byte> quoted = stackalloc byte[LongestV6];
        InetAddress source = flow.Source.Address;
        InetAddress destination = flow.Destination.Address;
        int length = UdpHeader.Size + payloadLength;
        int at;
        if (source.IsV6)
        {
            at = Ipv6Header.FixedLength;
            Ipv6Header.Write(quoted, source, destination, IpProtocol.Udp, length, _options.Ttl);
        }
        else
        {
            at = Ipv4Header.MinimumLength;
            Ipv4Header.Write(quoted, source, destination, IpProtocol.Udp, length, 0, _options.Ttl);
        }
        new UdpHeader(flow.Source.Port, flow.Destination.Port, length, 0).Write(quoted[at..]);
        at += UdpHeader.Size;
        ReadOnlySpan<byte> head = payload[..Math.Min(payload.Length, quoted.Length - at)];
        head.CopyTo(quoted[at..]);
        return MayAnswer(source, destination) && Send(source, destination, quoted[..(at + head.Length)], error, now);
    }

    private bool Send(
        in InetAddress sender, in InetAddress target, ReadOnlySpan<byte> cause, IcmpError error, long now)
    {
        if (!_bucket.TryTake(now))
        {
            _counters.Count(IpDrop.RateLimited);
            return false;
        }
        bool isV6 = sender.IsV6;
        int ipHeader = isV6 ? Ipv6Header.FixedLength : Ipv4Header.MinimumLength;
        Span<byte> packet = stackalloc byte[LongestV6];
        int room = (isV6 ? LongestV6 : LongestV4) - ipHeader - IcmpHeader.Size;
        cause = cause[..Math.Min(cause.Length, room)];
        packet = packet[..(ipHeader + IcmpHeader.Size + cause.Length)];
        Span<byte> message = packet[ipHeader..];
        cause.CopyTo(message[IcmpHeader.Size..]);
        IpProtocol protocol = isV6 ? IpProtocol.IcmpV6 : IpProtocol.Icmp;
        IcmpHeader header = isV6
            ? new((byte)error.TypeV6, error.CodeV6, 0, error.Rest)
            : new((byte)error.TypeV4, error.CodeV4, 0, error.Rest);
        header.Write(message);
        ulong sum = isV6 ? InternetChecksum.PseudoHeader(target, sender, protocol, message.Length) : 0;
        BinaryPrimitives.WriteUInt16BigEndian(
            message[IcmpHeader.ChecksumOffset..], InternetChecksum.Finish(InternetChecksum.Add(sum, message)));
        if (isV6)
            Ipv6Header.Write(packet, target, sender, protocol, message.Length, _options.Ttl);
        else
            Ipv4Header.Write(packet, target, sender, protocol, message.Length, 0, _options.Ttl);
        if (!_output.SendComplete(packet, isV6))
            return false;
        _counters.IcmpErrorsOut++;
        return true;
    }

    // RFC 1122 (3.2.2) and RFC 4443 (2.4 e) name the same cases.
    private static bool Deserves(in IpPacket ip, ReadOnlySpan<byte> packet)
    {
        if (!MayAnswer(ip.Source, ip.Destination) || ip.FragmentOffset != 0)
            return false;
        bool isIcmp = ip.Protocol == (ip.IsV6 ? IpProtocol.IcmpV6 : IpProtocol.Icmp);
        return !isIcmp || (packet.Length > ip.PayloadOffset && !IcmpHeader.IsError(packet[ip.PayloadOffset], ip.IsV6));
    }

    private static bool MayAnswer(in InetAddress source, in InetAddress destination) =>
        !(source.IsUnspecified || source.IsMulticast || source.IsBroadcast
            || destination.IsUnspecified || destination.IsMulticast || destination.IsBroadcast);
}
