using System;
using System.Runtime.CompilerServices;
using Penstock.Stack.Buffers;
using Penstock.Stack.Icmp;
using Penstock.Stack.Ip.Reassembly;
using Penstock.Stack.Tcp;
using Penstock.Stack.Udp;
using Penstock.Wire.Checksum;
using Penstock.Wire.Icmp;
using Penstock.Wire.Ip;
using Penstock.Wire.Udp;

namespace Penstock.Stack.Ip;

/// <summary>A packet's way from the device to the protocol that it is for.</summary>
/// <remarks>
/// <code>
///   1. Input          header read, padding cut off         malformed: dropped
///   2. Accept         source, TTL, IPv4 header checksum    bad: dropped; TTL 1: ICMP time exceeded
///   3. Reassemble     fragments only                       incomplete: kept
///   4. Dispatch       TCP | UDP | ICMP                     others: dropped
/// </code>
/// A whole TCP packet whose checksum is trusted goes from 1 to TCP with a few comparisons. Single-threaded.
/// </remarks>
internal sealed class IpInput(
    IpOptions options, TcpStack tcp, IUdpHost udp, IpOutput output, IcmpErrorSender errors, Reassembler reassembler,
    IpCounters counters)
{
    /// <summary>Takes a packet; the caller keeps the lease.</summary>
    /// <param name="packet">From the first byte of the IP header on; may be padded.</param>
    /// <param name="offload">What the device said about it.</param>
    /// <param name="now">The time, in microseconds.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Input(in Lease packet, PacketOffload offload, long now)
    {
        counters.PacketsIn++;
        ReadOnlySpan<byte> bytes = packet.Span;
        if (!IpPacket.TryParse(bytes, out IpPacket ip))
        {
            counters.Count(IpDrop.Malformed);
            return;
        }
        if (!Accept(ip, bytes, offload, now))
            return;
        if (ip.IsFragment)
            Reassemble(ip, packet, offload, now);
        else
            Dispatch(ip, ip.Length == packet.Length ? packet : packet.Slice(0, ip.Length), offload, now);
    }

    private bool Accept(in IpPacket ip, ReadOnlySpan<byte> bytes, PacketOffload offload, long now)
    {
        if (!offload.ChecksumTrusted && !ip.IsV6 && !Ipv4Header.ChecksumHolds(bytes[..ip.PayloadOffset]))
            return Drop(IpDrop.BadChecksum);
        if (ip.Source.IsMulticast || ip.Source.IsBroadcast || ip.Source.IsUnspecified)
            return Drop(IpDrop.BadSource);
        // A mapped address (::ffff:a.b.c.d) must not pass for the IPv4 address, RFC 4942 (2.2).
        if (ip.IsV6 && (IsMapped(ip.Source) || IsMapped(ip.Destination)))
            return Drop(IpDrop.BadDestination);
        if (ip.Ttl <= 1 && options.CheckTtl && !ip.Destination.IsMulticast && !ip.Destination.IsBroadcast)
            return Expired(ip, bytes, now);
        return true;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool Expired(in IpPacket ip, ReadOnlySpan<byte> bytes, long now)
    {
        errors.Answer(ip, bytes, IcmpError.TtlExceeded, now);
        return Drop(IpDrop.TtlExceeded);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Reassemble(in IpPacket ip, in Lease packet, PacketOffload offload, long now)
    {
        counters.FragmentsIn++;
        if (!reassembler.TryComplete(
            ip, packet.Span, offload.ChecksumTrusted, now, out Lease whole, out IpPacket wholeIp, out bool trusted))
        {
            return;
        }
        if (wholeIp.Length == 0)
            counters.Count(IpDrop.Malformed);
        else
            Dispatch(wholeIp, whole, new PacketOffload(trusted, 0), now);
        whole.Release();
    }

    private void Dispatch(in IpPacket ip, in Lease packet, PacketOffload offload, long now)
    {
        switch (ip.Protocol)
        {
            case IpProtocol.Tcp:
                if (ip.Destination.IsMulticast || ip.Destination.IsBroadcast || ip.Destination.IsUnspecified)
                    Drop(IpDrop.BadDestination);
                else
                    tcp.Input(ip, packet, offload, now);
                break;
            case IpProtocol.Udp:
                InputUdp(ip, packet, offload, now);
                break;
            case IpProtocol.Icmp when !ip.IsV6:
            case IpProtocol.IcmpV6 when ip.IsV6:
                InputIcmp(ip, packet, offload, now);
                break;
            default:
                Drop(IpDrop.UnknownProtocol);
                break;
        }
    }

    private void InputUdp(in IpPacket ip, in Lease packet, PacketOffload offload, long now)
    {
        ReadOnlySpan<byte> transport = packet.Span.Slice(ip.PayloadOffset, ip.PayloadLength);
        if (!UdpHeader.TryParse(transport, out UdpHeader header))
        {
            Drop(IpDrop.Malformed);
            return;
        }
        if (!offload.ChecksumTrusted && !ChecksumHolds(ip, header, transport[..header.Length]))
        {
            Drop(IpDrop.BadChecksum);
            return;
        }
        // In IPv6 all nodes on the link are the only group that an app's tunnel can stand for.
        if (ip.IsV6 && (ip.Destination.IsUnspecified || (ip.Destination.IsMulticast && !IsAllNodes(ip.Destination))))
        {
            Drop(IpDrop.BadDestination);
            return;
        }
        counters.DatagramsIn++;
        udp.OnDatagram(
            new UdpDatagram
            {
                Flow = new FlowKey(new(ip.Source, header.SourcePort), new(ip.Destination, header.DestinationPort)),
                Payload = packet.Slice(ip.PayloadOffset + UdpHeader.Size, header.Length - UdpHeader.Size),
                SegmentSize = offload.SegmentSize,
                Ip = ip,
                Packet = packet,
            },
            now);
    }

    private void InputIcmp(in IpPacket ip, in Lease packet, PacketOffload offload, long now)
    {
        ReadOnlySpan<byte> message = packet.Span.Slice(ip.PayloadOffset, ip.PayloadLength);
        byte request = ip.IsV6 ? (byte)IcmpV6Type.EchoRequest : (byte)IcmpType.EchoRequest;
        if (!IcmpHeader.TryParse(message, out IcmpHeader header))
        {
            Drop(IpDrop.Malformed);
            return;
        }
        bool isUnicast = !(ip.Destination.IsMulticast || ip.Destination.IsBroadcast || ip.Destination.IsUnspecified);
        bool isEcho = options.EchoReply && header.Type == request && header.Code == 0;
        bool isTooBig = IcmpError.IsPacketTooBig(header, ip.IsV6);
        if (!isUnicast || !(isEcho || isTooBig))
        {
            Drop(IpDrop.IgnoredIcmp);
            return;
        }
        if (!offload.ChecksumTrusted && !IcmpChecksumHolds(ip, message))
        {
            Drop(IpDrop.BadChecksum);
            return;
        }
        if (isTooBig)
        {
            InputTooBig(ip, message, header, packet, now);
            return;
        }
        Lease data = packet.Slice(ip.PayloadOffset + IcmpHeader.Size, message.Length - IcmpHeader.Size);
        if (output.SendEchoReply(ip, header, data))
            counters.EchoReplies++;
    }

    // Whoever routes a packet back to its sender does so by the address that the packet came from, RFC 1122 (3.2.2).
    private void InputTooBig(in IpPacket ip, ReadOnlySpan<byte> message, in IcmpHeader header, in Lease packet, long now)
    {
        int mtu = IcmpError.MtuOf(header, ip.IsV6);
        PacketOffload verified = new(ChecksumTrusted: true, 0);
        bool isOurs = mtu > 0 && IcmpQuote.TryParse(message, ip.IsV6, out IcmpQuote quote) && quote.Source.Address == ip.Destination
            && (quote.Protocol == IpProtocol.Tcp
                ? tcp.OnPacketTooBig(quote, mtu, packet, verified, now)
                : LearnPath(quote, mtu, packet, verified, now));
        if (isOurs)
            counters.PacketsTooBig++;
        else
            Drop(IpDrop.IgnoredIcmp);
    }

    // In IPv4 no datagram of ours forbids routers to cut it. Less than every link takes is to be discarded, RFC 8201 (4).
    private bool LearnPath(in IcmpQuote quote, int mtu, in Lease packet, PacketOffload offload, long now)
    {
        if (!quote.Destination.Address.IsV6 || mtu < PathMtus.Least || quote.Length <= mtu)
            return false;
        SessionOwner owner = udp.OnPacketTooBig(new FlowKey(quote.Destination, quote.Source), packet, offload);
        if (owner == SessionOwner.ThisStack)
            output.Paths.Learn(quote.Destination.Address, mtu, now);
        return owner != SessionOwner.Nobody;
    }

    // 0 says that there is none: allowed in IPv4 (RFC 768), not in IPv6 (RFC 8200 section 8.1).
    private static bool ChecksumHolds(in IpPacket ip, in UdpHeader header, ReadOnlySpan<byte> transport) =>
        header.Checksum == 0 ? !ip.IsV6 : InternetChecksum.Holds(ip, transport);

    private static bool IcmpChecksumHolds(in IpPacket ip, ReadOnlySpan<byte> message) => ip.IsV6
        ? InternetChecksum.Holds(ip, message)
        : InternetChecksum.Fold(InternetChecksum.Add(0, message)) == 0xffff;

    private static bool IsMapped(in InetAddress address) => address.High == 0 && address.Low >> 32 == 0xffff;

    private static bool IsAllNodes(in InetAddress address) => address.High == 0xff02UL << 48 && address.Low == 1;

    private bool Drop(IpDrop reason)
    {
        counters.Count(reason);
        return false;
    }
}
