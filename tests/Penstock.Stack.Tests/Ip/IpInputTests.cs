using System;
using Penstock.Stack.Ip;
using Penstock.Wire.Ip;
using Xunit;

namespace Penstock.Stack.Tests.Ip;

public class IpInputTests
{
    private readonly IpFixture _stack = new();
    private static readonly byte[] Hello = "hello"u8.ToArray();

    [Fact]
    public void A_datagram_is_delivered_with_both_its_ends()
    {
        _stack.Send(Packets.UdpV4(Hello));
        var datagram = _stack.ExpectDatagram();
        Assert.Equal(new FlowKey(Packets.AppV4, Packets.FarV4), datagram.Flow);
        Assert.Equal(Hello, datagram.Payload);
        _stack.Send(Packets.UdpV6([]));
        Assert.Equal(new FlowKey(Packets.AppV6, Packets.FarV6), _stack.ExpectDatagram().Flow);
        Assert.Equal(2, _stack.Counters.DatagramsIn);
    }

    [Fact]
    public void Padding_behind_a_packet_is_cut_off()
    {
        _stack.Send([.. Packets.UdpV4(Hello), 1, 2, 3]);
        Assert.Equal(Hello, _stack.ExpectDatagram().Payload);
        _stack.Send([.. Packets.UdpV6(Hello), 1, 2, 3]);
        Assert.Equal(Hello, _stack.ExpectDatagram().Payload);
    }

    [Fact]
    public void Padding_within_the_ip_length_is_no_data_of_udp()
    {
        byte[] padded = Packets.Ip(
            Packets.AppV4.Address, Packets.FarV4.Address, IpProtocol.Udp, [.. Packets.UdpV4(Hello).AsSpan(20), 9, 9]);
        _stack.Send(padded, trusted: true);
        Assert.Equal(Hello, _stack.ExpectDatagram().Payload);
    }

    [Fact]
    public void Options_of_ipv4_are_skipped()
    {
        byte[] plain = Packets.UdpV4(Hello);
        byte[] optioned = [.. plain.AsSpan(0, 20), 1, 1, 1, 0, .. plain.AsSpan(20)];
        _stack.Send(Packets.With(optioned, p =>
        {
            p[0] = 0x46;
            p[3] = (byte)p.Length;
        }));
        Assert.Equal(Hello, _stack.ExpectDatagram().Payload);
    }

    [Fact]
    public void Extension_headers_of_ipv6_are_walked()
    {
        _stack.Send(Packets.Extend(
            Packets.UdpV6(Hello),
            (IpProtocol.HopByHop, new byte[8]),
            (IpProtocol.DestinationOptions, [0, 1, .. new byte[14]]),
            (IpProtocol.Routing, new byte[8])));
        Assert.Equal(Hello, _stack.ExpectDatagram().Payload);
    }

    [Fact]
    public void A_route_that_goes_on_from_here_is_dropped() // RFC 8200 (4.4), RFC 5095
    {
        _stack.Send(Packets.Extend(Packets.UdpV6(Hello), (IpProtocol.Routing, [0, 0, 0, 1, 0, 0, 0, 0])));
        _stack.ExpectDrop(IpDrop.Malformed);
    }

    [Fact]
    public void An_atomic_fragment_is_whole() // RFC 6946
    {
        _stack.Send(Packets.Extend(Packets.UdpV6(Hello), (IpProtocol.Fragment, new byte[8])));
        Assert.Equal(Hello, _stack.ExpectDatagram().Payload);
        Assert.Equal(0, _stack.Counters.FragmentsIn);
    }

    [Fact]
    public void A_chain_of_extension_headers_without_end_is_dropped()
    {
        var chain = new (IpProtocol, byte[])[40];
        Array.Fill(chain, (IpProtocol.DestinationOptions, new byte[8]));
        _stack.Send(Packets.Extend(Packets.UdpV6(Hello), chain));
        _stack.ExpectDrop(IpDrop.Malformed);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(19)]
    [InlineData(20)]
    [InlineData(32)]
    public void A_cut_packet_is_dropped(int length)
    {
        _stack.Send(Packets.UdpV4(Hello)[..length]);
        _stack.ExpectDrop(IpDrop.Malformed);
    }

    [Theory]
    [InlineData(0x55)]
    [InlineData(0x05)]
    [InlineData(0x44)]
    public void Another_version_or_a_short_header_is_dropped(byte first)
    {
        _stack.Send(Packets.With(Packets.UdpV4(Hello), p => p[0] = first));
        _stack.ExpectDrop(IpDrop.Malformed);
    }

    [Theory]
    [InlineData(11)] // the IPv4 header's checksum
    [InlineData(27)] // UDP's
    [InlineData(30)] // a byte of data
    public void A_wrong_checksum_is_dropped_when_the_device_did_not_check(int place)
    {
        byte[] packet = Packets.UdpV4(Hello);
        packet[place] ^= 1;
        _stack.Send(packet);
        _stack.ExpectDrop(IpDrop.BadChecksum);
        _stack.Send(packet, trusted: true);
        Assert.Equal(5, _stack.ExpectDatagram().Payload.Length);
    }

    [Fact]
    public void No_checksum_is_allowed_in_ipv4_only() // RFC 768, RFC 8200 (8.1)
    {
        _stack.Send(Packets.With(Packets.UdpV4(Hello), p => p[26] = p[27] = 0));
        Assert.Equal(Hello, _stack.ExpectDatagram().Payload);
        _stack.Send(Packets.With(Packets.UdpV6(Hello), p => p[46] = p[47] = 0));
        _stack.ExpectDrop(IpDrop.BadChecksum);
    }

    [Theory]
    [InlineData(7)] // shorter than its header
    [InlineData(14)] // longer than the packet
    public void A_udp_length_without_sense_is_dropped(byte length)
    {
        _stack.Send(Packets.With(Packets.UdpV4(Hello), p => p[25] = length), trusted: true);
        _stack.ExpectDrop(IpDrop.Malformed);
    }

    [Theory]
    [InlineData("224.0.0.1", "203.0.113.1", IpDrop.BadSource)]
    [InlineData("255.255.255.255", "203.0.113.1", IpDrop.BadSource)]
    [InlineData("0.0.0.0", "203.0.113.1", IpDrop.BadSource)]
    [InlineData("::", "2001:db8::1", IpDrop.BadSource)]
    [InlineData("ff02::1", "2001:db8::1", IpDrop.BadSource)]
    [InlineData("::ffff:1.2.3.4", "2001:db8::1", IpDrop.BadDestination)]
    [InlineData("fd00::1", "::ffff:1.2.3.4", IpDrop.BadDestination)]
    [InlineData("fd00::1", "ff02::fb", IpDrop.BadDestination)]
    [InlineData("fd00::1", "::", IpDrop.BadDestination)]
    public void Addresses_that_cannot_speak_or_listen_are_dropped(string source, string destination, IpDrop reason)
    {
        _stack.Send(Packets.Udp(new(Packets.Address(source), 1), new(Packets.Address(destination), 2), Hello));
        _stack.ExpectDrop(reason);
    }

    [Theory]
    [InlineData("198.18.0.1", "255.255.255.255")]
    [InlineData("198.18.0.1", "224.0.0.251")]
    [InlineData("fd00::1", "ff02::1")]
    public void Datagrams_to_many_are_the_hosts_to_judge(string source, string destination)
    {
        _stack.Send(Packets.Udp(new(Packets.Address(source), 1), new(Packets.Address(destination), 2), Hello));
        Assert.Equal(destination, _stack.ExpectDatagram().Flow.Destination.Address.ToString());
    }

    [Theory]
    [InlineData(IpProtocol.NoNext)]
    [InlineData((IpProtocol)132)]
    [InlineData(IpProtocol.IcmpV6)]
    public void Other_protocols_are_dropped(IpProtocol protocol)
    {
        _stack.Send(Packets.Ip(Packets.AppV4.Address, Packets.FarV4.Address, protocol, new byte[40]));
        _stack.ExpectDrop(IpDrop.UnknownProtocol);
    }

    [Fact]
    public void A_super_packet_keeps_its_segment_size()
    {
        _stack.Send(Packets.UdpV4(new byte[3000]), trusted: true, segmentSize: 1400);
        var datagram = _stack.ExpectDatagram();
        Assert.Equal((3000, 1400), (datagram.Payload.Length, datagram.SegmentSize));
    }

    [Fact]
    public void A_syn_reaches_tcp_and_not_if_it_is_for_many()
    {
        _stack.Send(Syn(Packets.FarV4.Address), trusted: true);
        Assert.Equal(new FlowKey(Packets.AppV4, Packets.FarV4), _stack.ExpectOpening());
        _stack.Send(Syn(Packets.Address("224.0.0.1")), trusted: true);
        _stack.ExpectDrop(IpDrop.BadDestination);
    }

    [Fact]
    public void Nothing_is_allocated_for_a_packet()
    {
        var lease = _stack.Lease(Packets.UdpV6(Hello));
        var quiet = new QuietHost();
        var stack = quiet.NewStack(_stack.Pool);
        stack.Input(lease, new PacketOffload(true, 0), 1);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 1000; i++)
            stack.Input(lease, new PacketOffload(true, 0), 1);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Equal(1001, quiet.Datagrams);
        lease.Release();
    }

    private static byte[] Syn(InetAddress destination)
    {
        byte[] segment = new byte[20];
        segment[0] = 40000 >> 8;
        segment[1] = 40000 & 0xff;
        segment[2] = 7000 >> 8;
        segment[3] = 7000 & 0xff;
        segment[12] = 0x50;
        segment[13] = 0x02;
        return Packets.Ip(Packets.AppV4.Address, destination, IpProtocol.Tcp, segment);
    }
}
