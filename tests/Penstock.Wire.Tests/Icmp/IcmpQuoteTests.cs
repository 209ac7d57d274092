using System;
using Penstock.Wire.Icmp;
using Penstock.Wire.Ip;
using Penstock.Wire.Tcp;
using Xunit;

namespace Penstock.Wire.Tests.Icmp;

public class IcmpQuoteTests
{
    private static readonly InetEndpoint s_server = new(InetAddress.FromV6(0x20010db8_00000000, 1), 443);
    private static readonly InetEndpoint s_app = new(InetAddress.FromV6(0xfc000000_00000000, 1), 40000);
    private static readonly byte[] s_ports = Bytes.Of("01bb 9c40 12345678");

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_packet_that_was_too_big_is_found_whatever_its_length(bool isBig)
    {
        byte[] message = new byte[IcmpHeader.Size + (isBig ? Ipv6Header.BigLength : Ipv6Header.FixedLength) + s_ports.Length];
        if (isBig)
            Ipv6Header.WriteBig(message.AsSpan(IcmpHeader.Size), s_server.Address, s_app.Address, IpProtocol.Tcp, 100_000, 64, 0);
        else
            Ipv6Header.Write(message.AsSpan(IcmpHeader.Size), s_server.Address, s_app.Address, IpProtocol.Tcp, 2000);
        s_ports.CopyTo(message, message.Length - s_ports.Length);
        Assert.True(IcmpQuote.TryParse(message, isV6: true, out IcmpQuote quote));
        Assert.Equal(new IcmpQuote(s_server, s_app, new SeqNumber(0x12345678)), quote);
        for (int length = 0; length < message.Length; length++)
            Assert.False(IcmpQuote.TryParse(message.AsSpan(0, length), isV6: true, out _));
    }

    [Fact]
    public void Another_option_or_protocol_hides_no_flow()
    {
        byte[] message = new byte[IcmpHeader.Size + Ipv6Header.BigLength + s_ports.Length];
        Ipv6Header.WriteBig(message.AsSpan(IcmpHeader.Size), s_server.Address, s_app.Address, IpProtocol.Udp, 100_000, 64, 0);
        Assert.False(IcmpQuote.TryParse(message, isV6: true, out _));
        Ipv6Header.WriteBig(message.AsSpan(IcmpHeader.Size), s_server.Address, s_app.Address, IpProtocol.Tcp, 100_000, 64, 0);
        message[IcmpHeader.Size + Ipv6Header.FixedLength + 1] = 1;
        Assert.False(IcmpQuote.TryParse(message, isV6: true, out _));
    }
}
