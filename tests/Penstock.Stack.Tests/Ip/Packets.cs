using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using Penstock.Wire.Checksum;
using Penstock.Wire.Icmp;
using Penstock.Wire.Ip;
using Penstock.Wire.Udp;

namespace Penstock.Stack.Tests.Ip;

/// <summary>Packets from an app, with right checksums: a test states the difference from the ordinary.</summary>
internal static class Packets
{
    public static readonly InetEndpoint AppV4 = new(Address("198.18.0.1"), 40000);
    public static readonly InetEndpoint FarV4 = new(Address("203.0.113.1"), 7000);
    public static readonly InetEndpoint AppV6 = new(Address("fd00::1"), 40000);
    public static readonly InetEndpoint FarV6 = new(Address("2001:db8::1"), 7000);

    public static InetAddress Address(string text) =>
        InetAddress.TryParse(text, out InetAddress address) ? address : throw new FormatException(text);

    /// <summary>Bytes that tell their own place, so that no two parts of a datagram look alike.</summary>
    public static byte[] Text(int length)
    {
        byte[] text = new byte[length];
        for (int i = 0; i < length; i++)
            text[i] = (byte)(i * 31 + (i >> 8) * 17);
        return text;
    }

    public static byte[] Udp(InetEndpoint source, InetEndpoint destination, byte[] payload)
    {
        byte[] transport = new byte[UdpHeader.Size + payload.Length];
        new UdpHeader(source.Port, destination.Port, transport.Length, 0).Write(transport);
        payload.CopyTo(transport, UdpHeader.Size);
        ulong sum = InternetChecksum.PseudoHeader(source.Address, destination.Address, IpProtocol.Udp, transport.Length);
        ushort checksum = InternetChecksum.Finish(InternetChecksum.Add(sum, transport));
        BinaryPrimitives.WriteUInt16BigEndian(transport.AsSpan(UdpHeader.ChecksumOffset), checksum);
        return Ip(source.Address, destination.Address, IpProtocol.Udp, transport);
    }

    public static byte[] UdpV4(byte[] payload) => Udp(AppV4, FarV4, payload);

    public static byte[] UdpV6(byte[] payload) => Udp(AppV6, FarV6, payload);

    public static byte[] Echo(InetAddress source, InetAddress destination, byte[] data)
    {
        byte type = source.IsV6 ? (byte)IcmpV6Type.EchoRequest : (byte)IcmpType.EchoRequest;
        return Icmp(source, destination, new IcmpHeader(type, 0, 0, 0x12340001), data);
    }

    public static byte[] Icmp(InetAddress source, InetAddress destination, IcmpHeader header, byte[] data)
    {
        byte[] message = new byte[IcmpHeader.Size + data.Length];
        header.Write(message);
        data.CopyTo(message, IcmpHeader.Size);
        IpProtocol protocol = source.IsV6 ? IpProtocol.IcmpV6 : IpProtocol.Icmp;
        ulong sum = source.IsV6 ? InternetChecksum.PseudoHeader(source, destination, protocol, message.Length) : 0;
        ushort checksum = InternetChecksum.Finish(InternetChecksum.Add(sum, message));
        BinaryPrimitives.WriteUInt16BigEndian(message.AsSpan(IcmpHeader.ChecksumOffset), checksum);
        return Ip(source, destination, protocol, message);
    }

    /// <summary>A router on the app's side says that a packet of the stack's does not fit the next link.</summary>
    public static byte[] TooBig(byte[] packet, int mtu)
    {
        InetAddress source = InetAddress.Read(packet.AsSpan(8, 16)), router = Address("fd00::ffff");
        return Icmp(router, source, new IcmpHeader((byte)IcmpV6Type.PacketTooBig, 0, 0, (uint)mtu), packet[..Math.Min(packet.Length, 1232)]);
    }

    public static byte[] Ip(InetAddress source, InetAddress destination, IpProtocol protocol, byte[] transport)
    {
        int header = source.IsV6 ? Ipv6Header.FixedLength : Ipv4Header.MinimumLength;
        byte[] packet = new byte[header + transport.Length];
        if (source.IsV6)
            Ipv6Header.Write(packet, source, destination, protocol, transport.Length);
        else
            Ipv4Header.Write(packet, source, destination, protocol, transport.Length, 0x4242);
        transport.CopyTo(packet, header);
        return packet;
    }

    /// <summary>Changes a packet in place; the IPv4 header's checksum is made right again.</summary>
    public static byte[] With(byte[] packet, Action<byte[]> change)
    {
        byte[] changed = [.. packet];
        change(changed);
        FixHeader(changed);
        return changed;
    }

    /// <summary>Cuts a whole packet into fragments of at most <paramref name="size"/> bytes of data each.</summary>
    public static List<byte[]> Fragment(byte[] packet, int size, uint id = 0x4242)
    {
        IpPacket.TryParse(packet, out IpPacket ip);
        var fragments = new List<byte[]>();
        for (int offset = 0; offset < ip.PayloadLength; offset += size)
        {
            int length = Math.Min(size, ip.PayloadLength - offset);
            bool more = offset + length < ip.PayloadLength;
            fragments.Add(FragmentOf(ip, packet.AsSpan(ip.PayloadOffset + offset, length).ToArray(), offset, more, id));
        }
        return fragments;
    }

    public static byte[] FragmentOf(in IpPacket whole, byte[] data, int offset, bool more, uint id)
    {
        if (!whole.IsV6)
        {
            byte[] packet = new byte[Ipv4Header.MinimumLength + data.Length];
            Ipv4Header.Write(
                packet, whole.Source, whole.Destination, whole.Protocol, data.Length, (ushort)id,
                flagsAndOffset: (ushort)((offset >> 3) | (more ? 0x2000 : 0)));
            data.CopyTo(packet, Ipv4Header.MinimumLength);
            return packet;
        }
        byte[] transport = new byte[8 + data.Length];
        transport[0] = (byte)whole.Protocol;
        BinaryPrimitives.WriteUInt16BigEndian(transport.AsSpan(2), (ushort)(offset | (more ? 1 : 0)));
        BinaryPrimitives.WriteUInt32BigEndian(transport.AsSpan(4), id);
        data.CopyTo(transport, 8);
        return Ip(whole.Source, whole.Destination, IpProtocol.Fragment, transport);
    }

    /// <summary>Puts extension headers (each a multiple of 8 bytes, next-header byte to be filled) behind the IPv6 header.</summary>
    public static byte[] Extend(byte[] packet, params (IpProtocol Type, byte[] Header)[] chain)
    {
        byte next = packet[6];
        var body = new List<byte>();
        for (int i = 0; i < chain.Length; i++)
        {
            byte[] header = [.. chain[i].Header];
            header[0] = i + 1 < chain.Length ? (byte)chain[i + 1].Type : next;
            body.AddRange(header);
        }
        byte[] extended = [.. packet.AsSpan(0, 40), .. body, .. packet.AsSpan(40)];
        extended[6] = (byte)chain[0].Type;
        BinaryPrimitives.WriteUInt16BigEndian(extended.AsSpan(4), (ushort)(extended.Length - 40));
        return extended;
    }

    private static void FixHeader(byte[] packet)
    {
        if (packet[0] >> 4 != 4)
            return;
        Span<byte> header = packet.AsSpan(0, (packet[0] & 15) * 4);
        header[10..12].Clear();
        BinaryPrimitives.WriteUInt16BigEndian(header[10..], InternetChecksum.Finish(InternetChecksum.Add(0, header)));
    }
}
