using System;
using Penstock.Wire.Icmp;
using Xunit;

namespace Penstock.Wire.Tests.Icmp;

public class IcmpHeaderTests
{
    [Fact]
    public void A_header_is_read_and_written_alike()
    {
        byte[] bytes = Bytes.Of("08 00 f7ff 1234 0001");
        Assert.True(IcmpHeader.TryParse(bytes, out IcmpHeader header));
        Assert.Equal(new IcmpHeader(8, 0, 0xf7ff, 0x12340001), header);
        byte[] written = new byte[IcmpHeader.Size];
        header.Write(written);
        Assert.Equal(bytes, written);
        for (int length = 0; length < bytes.Length; length++)
            Assert.False(IcmpHeader.TryParse(bytes.AsSpan(0, length), out _));
    }

    [Theory]
    [InlineData(0, false)]
    [InlineData(3, true)]
    [InlineData(4, true)]
    [InlineData(5, true)]
    [InlineData(8, false)]
    [InlineData(11, true)]
    [InlineData(12, true)]
    [InlineData(13, false)]
    public void Icmp_errors_are_told_from_questions(byte type, bool expected) =>
        Assert.Equal(expected, IcmpHeader.IsError(type, isV6: false));

    [Theory]
    [InlineData(1, true)]
    [InlineData(127, true)]
    [InlineData(128, false)]
    [InlineData(135, false)]
    public void Icmpv6_errors_are_the_lower_half(byte type, bool expected) =>
        Assert.Equal(expected, IcmpHeader.IsError(type, isV6: true));

    [Fact]
    public void An_mtu_is_one()
    {
        Assert.Equal(1400u, IcmpError.PacketTooBig(1400).Rest);
        Assert.Throws<ArgumentOutOfRangeException>(() => IcmpError.PacketTooBig(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => IcmpError.PacketTooBig(65536));
    }
}
