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
        int told = isBig ? Ipv6Header.FixedLength : Ipv6Header.FixedLength + 2000;
        Assert.Equal(new IcmpQuote(IpProtocol.Tcp, s_server, s_app, told, new SeqNumber(0x12345678)), quote);
        for (int length = 0; length < message.Length; length++)
            Assert.False(IcmpQuote.TryParse(message.AsSpan(0, length), isV6: true, out _));
    }

    [Theory]
    [InlineData("")]
    [InlineData("1100 0001 00000007")] // the first of several
    [InlineData("1100 0000 00000007")]
    public void A_datagram_is_found_whole_or_by_its_first_fragment(string fragment)
    {
        byte[] message = MessageOf(fragment);
        Assert.True(IcmpQuote.TryParse(message, isV6: true, out IcmpQuote quote));
        Assert.Equal(new IcmpQuote(IpProtocol.Udp, s_server, s_app, Ipv6Header.FixedLength + 1460, default), quote);
        for (int length = 0; length < message.Length; length++)
            Assert.False(IcmpQuote.TryParse(message.AsSpan(0, length), isV6: true, out _));
    }

    [Theory]
    [InlineData("1100 0008 00000007")] // not the first: what stands there are no ports
    [InlineData("0600 0001 00000007")] // TCP never leaves in fragments
    [InlineData("2c00 0001 00000007")]
    public void Another_fragment_hides_no_datagram(string fragment) =>
        Assert.False(IcmpQuote.TryParse(MessageOf(fragment), isV6: true, out _));

    [Fact]
    public void In_IPv4_both_protocols_are_found()
    {
        byte[] message = new byte[IcmpHeader.Size + Ipv4Header.MinimumLength + s_ports.Length];
        s_ports.CopyTo(message, message.Length - s_ports.Length);
        foreach (IpProtocol protocol in new[] { IpProtocol.Tcp, IpProtocol.Udp, IpProtocol.Icmp })
        {
            Ipv4Header.Write(
                message.AsSpan(IcmpHeader.Size), InetAddress.FromV4(1), InetAddress.FromV4(2), protocol, 1000, 7);
            Assert.Equal(protocol != IpProtocol.Icmp, IcmpQuote.TryParse(message, isV6: false, out IcmpQuote quote));
            if (protocol != IpProtocol.Icmp)
                Assert.Equal((protocol, 443, 1020), (quote.Protocol, quote.Source.Port, quote.Length));
        }
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

    /// <summary>An error about a datagram that has an extension header, or none.</summary>
    private static byte[] MessageOf(string extension)
    {
        byte[] header = Bytes.Of(extension);
        byte[] message = new byte[IcmpHeader.Size + Ipv6Header.FixedLength + header.Length + s_ports.Length];
        IpProtocol next = header.Length > 0 ? IpProtocol.Fragment : IpProtocol.Udp;
        Ipv6Header.Write(message.AsSpan(IcmpHeader.Size), s_server.Address, s_app.Address, next, 1460);
        header.CopyTo(message, IcmpHeader.Size + Ipv6Header.FixedLength);
        s_ports.CopyTo(message, message.Length - s_ports.Length);
        return message;
    }
}
