using System;
using System.Text;
using Penstock.Wire.Ip;
using Penstock.Wire.Socks5;
using Xunit;

namespace Penstock.Wire.Tests.Socks5;

public class UdpInTcpMessageTests
{
    private const string V4 = "00 05 0a 01 cb 00 71 01 1b 58 70 69 6e 67 31";
    private const string V6 = "00 05 16 04 20010db8000000000000000000000001 1b 58 \"ping6\"";
    private const string Name = "00 01 12 03 0b \"one.example\" 1b 58 41";

    [Theory]
    [InlineData(V4, "203.0.113.1:7000", "ping1")]
    [InlineData(V6, "[2001:db8::1]:7000", "ping6")]
    [InlineData(Name, "one.example:7000", "A")]
    [InlineData("00 00 0a 01 cb 00 71 01 1b 58", "203.0.113.1:7000", "")]
    [InlineData("00 02 0c 01 cb 00 71 01 1b 58 aa bb \"hi\"", "203.0.113.1:7000", "hi")]
    public void A_message_is_read_whole(string literal, string destination, string payload)
    {
        EverySplit.IsDone(literal, bytes => UdpInTcpMessage.Parse(bytes, out _));
        UdpInTcpMessage.Parse(Bytes.Of(literal), out UdpInTcpMessage message);
        Assert.Equal(destination, message.ToDestination().ToString());
        Assert.Equal(payload, Encoding.Latin1.GetString(message.Payload));
    }

    [Fact]
    public void Messages_stand_back_to_back()
    {
        byte[] stream = Bytes.Of(V4 + V6 + Name);
        int at = 0, messages = 0;
        while (at < stream.Length)
        {
            SocksResult result = UdpInTcpMessage.Parse(stream.AsSpan(at), out _);
            Assert.True(result.IsDone);
            at += result.Consumed;
            messages++;
        }
        Assert.Equal((3, stream.Length), (messages, at));
    }

    [Theory]
    [InlineData("00 01 03", SocksError.BadHeaderLength)]
    [InlineData("00 01 00", SocksError.BadHeaderLength)]
    [InlineData("00 01 09 01 cb 00 71 01 1b", SocksError.BadHeaderLength)]
    [InlineData("00 01 15 04 20010db8000000000000000000000001 1b", SocksError.BadHeaderLength)]
    [InlineData("00 01 11 03 0b \"one.example\" 1b", SocksError.BadHeaderLength)]
    [InlineData("00 01 04 03", SocksError.BadHeaderLength)]
    [InlineData("00 01 0a 02", SocksError.BadAddressType)]
    public void A_header_length_that_does_not_cover_the_address_is_an_error(string literal, SocksError error) =>
        EverySplit.FailsAtItsEnd(literal, error, bytes => UdpInTcpMessage.Parse(bytes, out _));

    [Theory]
    [InlineData("203.0.113.1", 5, "00 05 0a 01 cb 00 71 01 1b 58")]
    [InlineData("2001:db8::1", 65535, "ff ff 16 04 20010db8000000000000000000000001 1b 58")]
    public void A_header_counts_the_payload_only(string address, int payloadLength, string expected)
    {
        Assert.True(InetAddress.TryParse(address, out InetAddress parsed));
        byte[] bytes = new byte[UdpInTcpMessage.MaxHeader];
        Assert.True(UdpInTcpMessage.TryWriteHeader(bytes, new SocksDestination(parsed, 7000), payloadLength, out int written));
        Assert.Equal(Bytes.Of(expected), bytes[..written]);
    }

    [Fact]
    public void A_header_that_cannot_be_expressed_is_refused()
    {
        byte[] bytes = new byte[UdpInTcpMessage.MaxHeader];
        var longest = new SocksDestination(new string('n', UdpInTcpMessage.MaxName), 1);
        Assert.True(UdpInTcpMessage.TryWriteHeader(bytes, longest, 1, out int written));
        Assert.Equal((255, 255), (written, bytes[2]));
        var tooLong = new SocksDestination(new string('n', UdpInTcpMessage.MaxName + 1), 1);
        Assert.False(UdpInTcpMessage.TryWriteHeader(bytes, tooLong, 1, out _));
        Assert.False(UdpInTcpMessage.TryWriteHeader(bytes, new SocksDestination(InetAddress.FromV4(1), 1), 65536, out _));
    }
}
