using System;
using System.Buffers.Binary;
using Penstock.Wire.Ip;
using Xunit;

namespace Penstock.Wire.Tests.Ip;

public class IpPacketTests
{
    private static InetAddress Address(string text)
    {
        Assert.True(InetAddress.TryParse(text, out InetAddress address));
        return address;
    }

    private static byte[] V4(int payload, int options = 0, int padding = 0)
    {
        byte[] bytes = new byte[20 + options + payload + padding];
        Ipv4Header.Write(bytes, Address("10.0.0.2"), Address("192.0.2.1"), IpProtocol.Tcp, payload + options, 77, 63, 0x2a);
        bytes[0] = (byte)(0x40 | (20 + options) / 4);
        return bytes;
    }

    private static byte[] V6(params byte[][] extensions)
    {
        int length = 10;
        foreach (byte[] extension in extensions)
            length += extension.Length;
        byte[] bytes = new byte[40 + length];
        Ipv6Header.Write(bytes, Address("fd00::2"), Address("2001:db8::1"), IpProtocol.Tcp, length, 61, 0xb3);
        int at = 40;
        for (int i = 0; i < extensions.Length; i++)
        {
            extensions[i].CopyTo(bytes, at);
            at += extensions[i].Length;
        }
        return bytes;
    }

    [Fact]
    public void An_ipv4_header_is_read_and_padding_is_not_payload()
    {
        byte[] bytes = V4(100, padding: 6);
        Assert.True(IpPacket.TryParse(bytes, out IpPacket ip));
        Assert.False(ip.IsV6);
        Assert.Equal(Address("10.0.0.2"), ip.Source);
        Assert.Equal(Address("192.0.2.1"), ip.Destination);
        Assert.Equal(IpProtocol.Tcp, ip.Protocol);
        Assert.Equal((20, 100, 120), (ip.PayloadOffset, ip.PayloadLength, ip.Length));
        Assert.Equal((63, 0x2a, 2), (ip.Ttl, ip.TrafficClass, ip.Ecn));
        Assert.False(ip.IsFragment);
        Assert.True(Ipv4Header.ChecksumHolds(bytes.AsSpan(0, 20)));
        bytes[15] ^= 1;
        Assert.False(Ipv4Header.ChecksumHolds(bytes.AsSpan(0, 20)));
    }

    [Fact]
    public void Ipv4_options_are_skipped()
    {
        Assert.True(IpPacket.TryParse(V4(100, options: 40), out IpPacket ip));
        Assert.Equal((60, 100), (ip.PayloadOffset, ip.PayloadLength));
    }

    [Theory]
    [InlineData(0x1fff, 65528, false)]
    [InlineData(0x2000, 0, true)]
    [InlineData(0x2003, 24, true)]
    public void An_ipv4_fragment_says_where_it_belongs(int field, int offset, bool more)
    {
        byte[] bytes = V4(8);
        BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(6), (ushort)field);
        Assert.True(IpPacket.TryParse(bytes, out IpPacket ip));
        Assert.Equal((true, offset, more, 77u), (ip.IsFragment, ip.FragmentOffset, ip.MoreFragments, ip.FragmentId));
    }

    [Fact]
    public void Do_not_fragment_is_no_fragment()
    {
        byte[] bytes = V4(8);
        BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(6), Ipv4Header.DontFragment);
        Assert.True(IpPacket.TryParse(bytes, out IpPacket ip));
        Assert.False(ip.IsFragment);
    }

    [Fact]
    public void Malformed_ipv4_is_refused()
    {
        byte[] bytes = V4(100);
        Assert.False(IpPacket.TryParse(default, out _));
        Assert.False(IpPacket.TryParse(bytes.AsSpan(0, 19), out _));
        Assert.False(IpPacket.TryParse(bytes.AsSpan(0, 119), out _)); // total length beyond the packet
        bytes[0] = 0x44;
        Assert.False(IpPacket.TryParse(bytes, out _)); // a header of 16 bytes
        bytes = V4(0);
        bytes[0] = 0x4f;
        Assert.False(IpPacket.TryParse(bytes, out _)); // options beyond the total length
        bytes[0] = 0x55;
        Assert.False(IpPacket.TryParse(bytes, out _));
    }

    [Fact]
    public void An_ipv6_header_is_read()
    {
        Assert.True(IpPacket.TryParse(V6(), out IpPacket ip));
        Assert.True(ip.IsV6);
        Assert.Equal(Address("fd00::2"), ip.Source);
        Assert.Equal((40, 10, 61, 0xb3, 3), (ip.PayloadOffset, ip.PayloadLength, ip.Ttl, ip.TrafficClass, ip.Ecn));
    }

    [Fact]
    public void Ipv6_extension_headers_are_walked()
    {
        byte[] hop = new byte[16];
        hop[0] = (byte)IpProtocol.DestinationOptions;
        hop[1] = 1;
        byte[] options = new byte[8];
        options[0] = (byte)IpProtocol.Tcp;
        byte[] bytes = V6(hop, options);
        bytes[6] = (byte)IpProtocol.HopByHop;
        Assert.True(IpPacket.TryParse(bytes, out IpPacket ip));
        Assert.Equal(IpProtocol.Tcp, ip.Protocol);
        Assert.Equal((64, 10), (ip.PayloadOffset, ip.PayloadLength));
    }

    [Fact]
    public void An_ipv6_fragment_header_says_where_it_belongs()
    {
        byte[] fragment = [(byte)IpProtocol.Tcp, 0, 0x01, 0x09, 0, 0, 0, 5];
        byte[] bytes = V6(fragment);
        bytes[6] = (byte)IpProtocol.Fragment;
        Assert.True(IpPacket.TryParse(bytes, out IpPacket ip));
        Assert.Equal((true, 0x108, true, 5u, 40), (ip.IsFragment, ip.FragmentOffset, ip.MoreFragments, ip.FragmentId, ip.FragmentHeaderOffset));
    }

    [Fact]
    public void What_the_length_field_of_ipv4_cannot_say_stands_as_0()
    {
        byte[] bytes = new byte[20];
        InetAddress source = InetAddress.FromV4(0x0a000001);
        Ipv4Header.Write(bytes, source, source, IpProtocol.Tcp, 65515, 0);
        Assert.Equal([0xff, 0xff], bytes[2..4]);
        Ipv4Header.Write(bytes, source, source, IpProtocol.Tcp, 65516, 0);
        Assert.Equal([0, 0], bytes[2..4]);
        Assert.True(Ipv4Header.ChecksumHolds(bytes));
        Assert.False(IpPacket.TryParse(bytes, out _)); // nobody sends us one
    }

    [Fact]
    public void What_the_length_field_of_ipv6_cannot_say_stands_in_an_option()
    {
        byte[] bytes = new byte[Ipv6Header.BigLength];
        InetAddress source = InetAddress.FromV6(0x20010db8_00000000, 1);
        InetAddress target = InetAddress.FromV6(0x20010db8_00000000, 2);
        Ipv6Header.WriteBig(bytes, source, target, IpProtocol.Tcp, 0x2_0000, 64, 3);
        Assert.Equal(
            "60300000" + "0000" + "0040" + "20010db8000000000000000000000001" + "20010db8000000000000000000000002"
            + "0600" + "c204" + "00020008",
            Convert.ToHexStringLower(bytes));
    }

    [Fact]
    public void A_chain_without_end_is_refused()
    {
        byte[][] chain = new byte[9][];
        for (int i = 0; i < 9; i++)
        {
            chain[i] = new byte[8];
            chain[i][0] = (byte)IpProtocol.DestinationOptions;
        }
        byte[] bytes = V6(chain);
        bytes[6] = (byte)IpProtocol.DestinationOptions;
        Assert.False(IpPacket.TryParse(bytes, out _));
    }

    [Fact]
    public void An_extension_beyond_the_packet_is_refused()
    {
        byte[] hop = new byte[8];
        hop[1] = 200;
        byte[] bytes = V6(hop);
        bytes[6] = (byte)IpProtocol.HopByHop;
        Assert.False(IpPacket.TryParse(bytes, out _));
    }

    [Fact]
    public void Random_bytes_never_fault_and_never_point_outside()
    {
        var random = new Random(4);
        byte[] bytes = new byte[200];
        for (int i = 0; i < 100_000; i++)
        {
            random.NextBytes(bytes);
            bytes[0] = (byte)(random.Next(2) == 0 ? 0x40 | random.Next(16) : 0x60);
            if (random.Next(2) == 0)
                bytes[2] = bytes[4] = 0;
            bytes[6] = random.Next(4) switch { 0 => 0, 1 => 43, 2 => 44, _ => 60 };
            int length = random.Next(bytes.Length);
            if (IpPacket.TryParse(bytes.AsSpan(0, length), out IpPacket ip))
                Assert.True(ip.PayloadOffset >= 20 && ip.PayloadLength >= 0 && ip.Length <= length);
        }
    }
}
