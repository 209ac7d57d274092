using System;
using System.Buffers.Binary;
using Penstock.Wire.Checksum;
using Penstock.Wire.Icmp;
using Penstock.Wire.Ip;

namespace Penstock.Tunnel.Tests;

/// <summary>What a router between the device and the app tells the tunnel.</summary>
internal static class Router
{
    /// <summary>The error that a packet does not fit the next link.</summary>
    /// <param name="quote">The packet's beginning.</param>
    /// <param name="mtu">What the link takes.</param>
    /// <param name="to">Whom the error is for; by default who sent the packet.</param>
    public static byte[] TooBig(ReadOnlySpan<byte> quote, int mtu, InetAddress? to = null)
    {
        bool isV6 = quote[0] >> 4 == 6;
        int header = isV6 ? Ipv6Header.FixedLength : Ipv4Header.MinimumLength;
        ReadOnlySpan<byte> addresses = isV6 ? quote.Slice(8, 32) : quote.Slice(12, 8);
        InetAddress target = to ?? InetAddress.Read(addresses[..(addresses.Length / 2)]);
        InetAddress app = InetAddress.Read(addresses[(addresses.Length / 2)..]);
        byte[] packet = new byte[header + IcmpHeader.Size + quote.Length];
        Span<byte> message = packet.AsSpan(header);
        quote.CopyTo(message[IcmpHeader.Size..]);
        IcmpError error = IcmpError.PacketTooBig(mtu);
        IpProtocol protocol = isV6 ? IpProtocol.IcmpV6 : IpProtocol.Icmp;
        new IcmpHeader(isV6 ? (byte)error.TypeV6 : (byte)error.TypeV4, isV6 ? error.CodeV6 : error.CodeV4, 0, error.Rest).Write(message);
        ulong sum = isV6 ? InternetChecksum.PseudoHeader(app, target, protocol, message.Length) : 0;
        BinaryPrimitives.WriteUInt16BigEndian(
            message[IcmpHeader.ChecksumOffset..], InternetChecksum.Finish(InternetChecksum.Add(sum, message)));
        WriteIp(packet, app, target, protocol, message.Length);
        return packet;
    }

    /// <summary>An IP header without options.</summary>
    public static void WriteIp(Span<byte> at, InetAddress source, InetAddress destination, IpProtocol protocol, int length)
    {
        if (source.IsV6)
            Ipv6Header.Write(at, source, destination, protocol, length);
        else
            Ipv4Header.Write(at, source, destination, protocol, length, 1);
    }
}
