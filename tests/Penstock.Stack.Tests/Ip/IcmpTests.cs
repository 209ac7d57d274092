using System;
using Penstock.Stack.Ip;
using Penstock.Wire.Checksum;
using Penstock.Wire.Icmp;
using Penstock.Wire.Ip;
using Xunit;

namespace Penstock.Stack.Tests.Ip;

public class IcmpTests
{
    private readonly IpFixture _stack = new(new IpOptions { EchoReply = true });

    [Theory]
    [InlineData("198.18.0.1", "203.0.113.1", 0)]
    [InlineData("198.18.0.1", "203.0.113.1", 57)]
    [InlineData("fd00::1", "2001:db8::1", 56)]
    public void An_echo_request_is_answered_by_whom_it_asked(string source, string destination, int length)
    {
        byte[] data = Packets.Text(length);
        _stack.Send(Packets.Echo(Packets.Address(source), Packets.Address(destination), data));
        WrittenPacket reply = _stack.Expect();
        AssertIcmp(reply, out IcmpHeader header);
        bool isV6 = reply.Ip.IsV6;
        Assert.Equal((destination, source), (reply.Ip.Source.ToString(), reply.Ip.Destination.ToString()));
        Assert.Equal(isV6 ? 129 : 0, header.Type);
        Assert.Equal(0x12340001u, header.Rest);
        Assert.Equal(data, reply.Transport[IcmpHeader.Size..].ToArray());
        _stack.ExpectNothing();
        Assert.Equal(1, _stack.Counters.EchoReplies);
    }

    [Fact]
    public void An_echo_is_not_answered_when_it_is_off()
    {
        var off = new IpFixture();
        off.Send(Packets.Echo(Packets.AppV4.Address, Packets.FarV4.Address, []));
        off.ExpectDrop(IpDrop.IgnoredIcmp);
    }

    [Theory]
    [InlineData("198.18.0.1", "224.0.0.1")]
    [InlineData("198.18.0.1", "255.255.255.255")]
    [InlineData("198.18.0.1", "0.0.0.0")]
    [InlineData("fd00::1", "ff02::1")]
    public void An_echo_to_many_is_not_answered(string source, string destination)
    {
        _stack.Send(Packets.Echo(Packets.Address(source), Packets.Address(destination), []));
        _stack.ExpectDrop(IpDrop.IgnoredIcmp);
    }

    [Fact]
    public void An_echo_with_a_wrong_checksum_or_too_short_is_dropped()
    {
        byte[] packet = Packets.Echo(Packets.AppV4.Address, Packets.FarV4.Address, [1, 2]);
        packet[^1] ^= 1;
        _stack.Send(packet);
        _stack.ExpectDrop(IpDrop.BadChecksum);
        _stack.Send(Packets.Ip(Packets.AppV4.Address, Packets.FarV4.Address, IpProtocol.Icmp, new byte[7]));
        _stack.ExpectDrop(IpDrop.Malformed);
    }

    [Theory]
    [InlineData("198.18.0.1", "203.0.113.1")]
    [InlineData("fd00::1", "2001:db8::1")]
    public void A_large_echo_is_put_together_and_answered_in_fragments(string source, string destination)
    {
        byte[] data = Packets.Text(5000);
        byte[] request = Packets.Echo(Packets.Address(source), Packets.Address(destination), data);
        foreach (byte[] fragment in Packets.Fragment(request, 1232))
            _stack.Send(fragment);
        var fragments = _stack.ExpectAll();
        Assert.True(fragments.Count >= 4);
        Assert.All(fragments, f => Assert.True(f.Bytes.Length <= 1500));
        byte[] whole = new byte[IcmpHeader.Size + data.Length];
        foreach (WrittenPacket fragment in fragments)
            Body(fragment).CopyTo(whole.AsSpan(fragment.Ip.FragmentOffset));
        Assert.Equal(data, whole[IcmpHeader.Size..]);
        IpPacket ip = fragments[0].Ip;
        ulong sum = ip.IsV6 ? InternetChecksum.PseudoHeader(ip.Source, ip.Destination, ip.Protocol, whole.Length) : 0;
        Assert.Equal(0xffff, InternetChecksum.Fold(InternetChecksum.Add(sum, whole)));
        _stack.ExpectNothing();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(0)]
    public void A_packet_whose_time_to_live_ends_here_is_told(byte ttl)
    {
        byte[] packet = Packets.With(Packets.UdpV4(Packets.Text(1000)), p => p[8] = ttl);
        _stack.Send(packet);
        WrittenPacket error = _stack.Expect();
        AssertIcmp(error, out IcmpHeader header);
        Assert.Equal((11, 0), (header.Type, header.Code));
        Assert.Equal(Packets.AppV4.Address, error.Ip.Destination);
        Assert.Equal(576, error.Bytes.Length); // RFC 1812 (4.3.2.3)
        Assert.Equal(packet[..548], error.Transport[IcmpHeader.Size..].ToArray());

        _stack.Send(Packets.With(Packets.UdpV6(new byte[2000]), p => p[7] = ttl));
        error = _stack.Expect();
        AssertIcmp(error, out header);
        Assert.Equal((3, 0), (header.Type, header.Code));
        Assert.Equal(1280, error.Bytes.Length); // RFC 4443 (2.4 c)
        _stack.ExpectDrop(IpDrop.TtlExceeded, 2);
    }

    [Fact]
    public void A_short_time_to_live_is_passed_on_where_it_is_not_checked_or_means_the_link()
    {
        _stack.Send(Packets.With(Packets.Udp(Packets.AppV4, new(Packets.Address("239.1.1.1"), 1), []), p => p[8] = 1));
        _stack.ExpectDatagram();
        var lenient = new IpFixture(new IpOptions { CheckTtl = false });
        lenient.Send(Packets.With(Packets.UdpV4([]), p => p[8] = 1));
        lenient.ExpectDatagram();
    }

    [Fact]
    public void No_error_answers_an_error()
    {
        var unreachable = new IcmpHeader(3, 1, 0, 0);
        _stack.Send(Packets.With(
            Packets.Icmp(Packets.AppV4.Address, Packets.FarV4.Address, unreachable, new byte[28]), p => p[8] = 1));
        _stack.Send(Packets.With(
            Packets.Icmp(Packets.AppV6.Address, Packets.FarV6.Address, new IcmpHeader(1, 4, 0, 0), new byte[48]), p => p[7] = 1));
        _stack.ExpectDrop(IpDrop.TtlExceeded, 2);
    }

    [Fact]
    public void No_error_answers_a_fragment_but_the_first()
    {
        var fragments = Packets.Fragment(Packets.UdpV4(new byte[2000]), 1000);
        _stack.Send(Packets.With(fragments[1], p => p[8] = 1));
        _stack.ExpectNothing();
        _stack.Send(Packets.With(fragments[0], p => p[8] = 1));
        AssertIcmp(_stack.Expect(), out _);
    }

    [Fact]
    public void A_refused_datagram_is_quoted_as_it_was()
    {
        var flow = new FlowKey(Packets.AppV4, Packets.FarV4);
        Assert.True(_stack.Stack.Errors.Refuse(flow, "hello"u8, 5, IcmpError.PortUnreachable, _stack.Now));
        WrittenPacket error = _stack.Expect();
        AssertIcmp(error, out IcmpHeader header);
        Assert.Equal((3, 3, 0u), (header.Type, header.Code, header.Rest));
        Assert.True(IpPacket.TryParse(error.Transport[IcmpHeader.Size..], out IpPacket quoted));
        Assert.Equal((flow.Source.Address, flow.Destination.Address), (quoted.Source, quoted.Destination));
        Assert.Equal(Packets.UdpV4("hello"u8.ToArray())[20..26], error.Transport.Slice(IcmpHeader.Size + 20, 6).ToArray());

        var flowV6 = new FlowKey(Packets.AppV6, Packets.FarV6);
        Assert.True(_stack.Stack.Errors.Refuse(flowV6, new byte[3000], 65000, IcmpError.PacketTooBig(1400), _stack.Now));
        error = _stack.Expect();
        AssertIcmp(error, out header);
        Assert.Equal((2, 0, 1400u, 1280), (header.Type, header.Code, header.Rest, error.Bytes.Length));
    }

    [Theory]
    [InlineData("0.0.0.0")]
    [InlineData("224.0.0.251")]
    [InlineData("255.255.255.255")]
    public void No_error_comes_from_many(string destination)
    {
        var flow = new FlowKey(Packets.AppV4, new InetEndpoint(Packets.Address(destination), 5353));
        Assert.False(_stack.Stack.Errors.Refuse(flow, [], 0, IcmpError.PortUnreachable, _stack.Now));
        _stack.ExpectNothing();
    }

    [Fact]
    public void Errors_keep_to_their_rate()
    {
        var slow = new IpFixture(new IpOptions { IcmpErrorsPerSecond = 10, IcmpErrorBurst = 3 });
        byte[] packet = Packets.With(Packets.UdpV4([]), p => p[8] = 1);
        for (int i = 0; i < 10; i++)
            slow.Send(packet);
        Assert.Equal(3, slow.ExpectAll().Count);
        Assert.Equal(7, slow.Counters[IpDrop.RateLimited]);
        slow.Now += IpFixture.Second / 10;
        slow.Send(packet);
        slow.Send(packet);
        Assert.Single(slow.ExpectAll());
        slow.Now += 1000 * IpFixture.Second;
        for (int i = 0; i < 10; i++)
            slow.Send(packet);
        Assert.Equal(3, slow.ExpectAll().Count);
    }

    private static ReadOnlySpan<byte> Body(WrittenPacket fragment)
    {
        int at = fragment.Ip.IsV6 ? fragment.Ip.FragmentHeaderOffset + 8 : fragment.Ip.PayloadOffset;
        return fragment.Bytes.AsSpan(at);
    }

    private static void AssertIcmp(WrittenPacket packet, out IcmpHeader header)
    {
        IpPacket ip = packet.Ip;
        Assert.Equal(ip.IsV6 ? IpProtocol.IcmpV6 : IpProtocol.Icmp, ip.Protocol);
        if (!ip.IsV6)
            Assert.True(Ipv4Header.ChecksumHolds(packet.Bytes.AsSpan(0, ip.PayloadOffset)));
        ulong sum = ip.IsV6 ? InternetChecksum.PseudoHeader(ip.Source, ip.Destination, ip.Protocol, ip.PayloadLength) : 0;
        Assert.Equal(0xffff, InternetChecksum.Fold(InternetChecksum.Add(sum, packet.Transport)));
        Assert.True(IcmpHeader.TryParse(packet.Transport, out header));
    }
}
