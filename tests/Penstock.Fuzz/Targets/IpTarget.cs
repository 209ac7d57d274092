using System;
using System.Collections.Generic;
using Penstock.Simulation.Peer;
using Penstock.Wire.Icmp;
using Penstock.Wire.Ip;
using Penstock.Wire.Tcp;
using Penstock.Wire.Udp;

namespace Penstock.Fuzz.Targets;

/// <summary>A packet: IP header, then whatever the protocol field says.</summary>
public sealed class IpTarget : FuzzTarget
{
    /// <inheritdoc/>
    public override string Name => "ip";

    /// <inheritdoc/>
    public override IReadOnlyList<string> Covers =>
        ["IpPacket.TryParse", "Ipv4Header.TryParse", "Ipv6Header.TryParse", "TcpSegment.TryParse", "UdpHeader.TryParse", "IcmpHeader.TryParse", "IcmpQuote.TryParse"];

    /// <inheritdoc/>
    public override IReadOnlyList<byte[]> Corpus { get; } =
    [
        Packet("10.0.0.1", "192.0.2.1").Write(),
        Packet("fd00::1", "2001:db8::1").Write(),
        Hex("4500 0020 0001 0000 4011 0000 0a00 0001 c000 0201 1234 0035 000c 0000 01020304"),
        Hex("4500 0024 0001 2000 4011 0000 0a00 0001 c000 0201 1234 0035 000c 0000 0102030405060708"),
        Hex("4600 0024 0001 0000 4001 0000 0a00 0001 c000 0201 01010101 0800 0000 0001 0001 01020304"),
        Hex("4500 0038 0001 0000 4001 0000 0a00 0001 c000 0201 0304 0000 0000 0514 4500 05dc 0001 4000 4006 0000 c000 0201 0a00 0001 01bb9c40 00000001"),
        Hex("6000 0000 0038 3a40 fd000000000000000000000000000001 20010db8000000000000000000000001 0200 0000 0000 0514 6000 0000 0014 0640 20010db8000000000000000000000001 fd000000000000000000000000000001 01bb9c40 00000001"),
        Hex("6000 0000 0018 0040 fd000000000000000000000000000001 20010db8000000000000000000000001 1100 0104 00000000 1234 0035 0010 0000 0102030405060708"),
        Hex("6000 0000 0018 2c40 fd000000000000000000000000000001 20010db8000000000000000000000001 1100 0001 00000007 1234 0035 0010 0000 0102030405060708"),
    ];

    /// <inheritdoc/>
    public override void Run(ReadOnlySpan<byte> input)
    {
        Ipv4Header.TryParse(input, out _);
        Ipv6Header.TryParse(input, out _);
        RunTransport(input);
        if (!IpPacket.TryParse(input, out IpPacket ip))
            return;
        Require(ip.PayloadOffset >= 20 && ip.PayloadLength >= 0, "an IP payload starts behind its header");
        Require(ip.Length <= input.Length, "an IP packet ends within its bytes");
        Require(ip.FragmentOffset % 8 == 0, "fragments lie at multiples of 8");
        RunTransport(input.Slice(ip.PayloadOffset, ip.PayloadLength));
    }

    private static void RunTransport(ReadOnlySpan<byte> transport)
    {
        if (UdpHeader.TryParse(transport, out UdpHeader udp))
            Require(udp.Length >= UdpHeader.Size && udp.Length <= transport.Length, "a datagram lies within its packet");
        IcmpHeader.TryParse(transport, out _);
        IcmpQuote.TryParse(transport, isV6: false, out _);
        IcmpQuote.TryParse(transport, isV6: true, out _);
        if (!TcpSegment.TryParse(transport, out TcpSegment segment))
            return;
        Require(segment.HeaderLength is >= 20 and <= 60, "a TCP header has 5 to 15 words");
        Require(segment.HeaderLength + segment.TextLength == transport.Length, "header and text are the segment");
        Require(segment.Options.Sack.Count <= SackBlocks.Most, "a segment has room for four SACK blocks");
        Span<byte> again = stackalloc byte[TcpWriter.LongestHeader];
        int length = TcpWriter.Write(again, segment);
        Require(length == TcpWriter.HeaderLength(segment.Options), "the writer writes as much as it said");
        Require(TcpSegment.TryParse(again[..length], out TcpSegment same), "what was written can be read");
        Require(same.Seq == segment.Seq && same.Flags == segment.Flags && same.Window == segment.Window
            && same.Options.Mss == segment.Options.Mss && same.Options.TsVal == segment.Options.TsVal, "what was read is what was written");
    }

    private static ModelPacket Packet(string from, string to)
    {
        InetAddress.TryParse(from, out InetAddress source);
        InetAddress.TryParse(to, out InetAddress destination);
        ModelPacket packet = new()
        {
            Source = new(source, 40_000),
            Destination = new(destination, 443),
            Bits = Bits.Syn | Bits.Ack,
            Mss = 1460,
            Scale = 7,
            SackPermitted = true,
            Timestamps = (1, 2),
            Text = [1, 2, 3, 4],
        };
        packet.Sack.Add((10, 20));
        return packet;
    }
}
