using System;
using Penstock.Wire.Udp;
using Xunit;

namespace Penstock.Wire.Tests.Udp;

public class UdpHeaderTests
{
    [Fact]
    public void A_header_is_read_and_written_alike()
    {
        byte[] bytes = Bytes.Of("9c40 1b58 000a abcd 0102");
        Assert.True(UdpHeader.TryParse(bytes, out UdpHeader header));
        Assert.Equal(new UdpHeader(40000, 7000, 10, 0xabcd), header);
        byte[] written = new byte[UdpHeader.Size];
        header.Write(written);
        Assert.Equal(bytes[..8], written);
    }

    [Theory]
    [InlineData("9c40 1b58 0008 0000", true)]
    [InlineData("9c40 1b58 0008 0000 ff", true)] // padding
    [InlineData("9c40 1b58 0007 0000", false)]
    [InlineData("9c40 1b58 0000 0000", false)]
    [InlineData("9c40 1b58 0009 0000", false)]
    [InlineData("9c40 1b58 0008 00", false)]
    [InlineData("", false)]
    public void The_length_covers_the_header_and_lies_within_the_bytes(string literal, bool expected) =>
        Assert.Equal(expected, UdpHeader.TryParse(Bytes.Of(literal), out _));

    [Fact]
    public void The_longest_payloads_fill_a_packet()
    {
        Assert.Equal((65507, 65527), (UdpHeader.MaxPayloadV4, UdpHeader.MaxPayloadV6));
        byte[] longest = new byte[65535];
        new UdpHeader(1, 2, longest.Length, 0).Write(longest);
        Assert.True(UdpHeader.TryParse(longest, out UdpHeader header));
        Assert.Equal(65535, header.Length);
        Assert.False(UdpHeader.TryParse(longest.AsSpan(0, 65534), out _));
    }
}
