using System;
using System.Text;
using Penstock.Wire.Ip;
using Penstock.Wire.Socks5;
using Xunit;

namespace Penstock.Wire.Tests.Socks5;

public class SocksDatagramTests
{
    [Theory]
    [InlineData("00 00 00 01 cb 00 71 01 1b 58 \"ping1\"", "203.0.113.1:7000", "ping1")]
    [InlineData("00 00 00 04 20010db8000000000000000000000001 1b 58 \"ping6\"", "[2001:db8::1]:7000", "ping6")]
    [InlineData("00 00 00 03 0b \"one.example\" 1b 58 \"A\"", "one.example:7000", "A")]
    [InlineData("ff ff 00 01 cb 00 71 01 1b 58", "203.0.113.1:7000", "")]
    public void A_datagram_is_read(string literal, string destination, string payload)
    {
        Assert.True(SocksDatagram.TryParse(Bytes.Of(literal), out SocksDatagram datagram));
        Assert.False(datagram.IsFragment);
        Assert.Equal(destination, datagram.ToDestination().ToString());
        Assert.Equal(payload, Encoding.Latin1.GetString(datagram.Payload));
        Assert.Equal(datagram.IsName, datagram.Name.Length > 0);
    }

    [Theory]
    [InlineData("203.0.113.1", 10)]
    [InlineData("2001:db8::1", 22)]
    public void A_header_is_what_the_reader_expects(string address, int expectedLength)
    {
        Assert.True(InetAddress.TryParse(address, out InetAddress parsed));
        var destination = new SocksDestination(parsed, 53);
        byte[] bytes = new byte[SocksDatagram.LengthOfHeader(destination) + 2];
        Assert.Equal(expectedLength, SocksDatagram.WriteHeader(bytes, destination));
        Assert.True(SocksDatagram.TryParse(bytes, out SocksDatagram datagram));
        Assert.Equal((expectedLength, 2), (datagram.HeaderLength, datagram.Payload.Length));
        Assert.Equal((parsed, (ushort)53), (datagram.Address, datagram.Port));
    }

    [Theory]
    [InlineData("00 00 00 01 cb 00 71 01 1b 58")]
    [InlineData("00 00 00 04 20010db8000000000000000000000001 1b 58")]
    [InlineData("00 00 00 03 0b \"one.example\" 1b 58")]
    public void A_datagram_that_is_cut_in_its_header_is_refused(string literal)
    {
        byte[] bytes = Bytes.Of(literal);
        for (int length = 0; length < bytes.Length; length++)
            Assert.False(SocksDatagram.TryParse(bytes.AsSpan(0, length).ToArray(), out _), $"{length} bytes");
        Assert.True(SocksDatagram.TryParse(bytes, out _));
    }

    [Fact]
    public void A_fragment_is_told() // RFC 1928 section 7: whoever does not reassemble drops it
    {
        Assert.True(SocksDatagram.TryParse(Bytes.Of("00 00 81 01 cb 00 71 01 1b 58"), out SocksDatagram datagram));
        Assert.True(datagram.IsFragment);
    }

    [Fact]
    public void An_unknown_address_type_is_refused() =>
        Assert.False(SocksDatagram.TryParse(Bytes.Of("00 00 00 02 cb 00 71 01 1b 58"), out _));
}
