using System;
using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace Penstock.TestPeer.Icmp;

/// <summary>What ping and traceroute do, judged; the result is the exit status. Needs root.</summary>
internal sealed class IcmpClient : IDisposable
{
    private const int HeaderLength = 8;
    private const int PatienceSeconds = 45; // above the 30 s that the fragments of a datagram may take

    private readonly IPAddress server;
    private readonly bool isV6;
    private readonly Socket socket;
    private readonly byte[] buffer = new byte[65536];

    public IcmpClient(IPAddress server)
    {
        this.server = server;
        isV6 = server.AddressFamily == AddressFamily.InterNetworkV6;
        socket = new Socket(server.AddressFamily, SocketType.Raw, isV6 ? ProtocolType.IcmpV6 : ProtocolType.Icmp)
        {
            ReceiveTimeout = PatienceSeconds * 1000,
        };
        socket.Connect(new IPEndPoint(server, 0)); // only what the server's address sends is received
    }

    private byte TimeExceeded => (byte)(isV6 ? 3 : 11);

    /// <summary>An echo request of each size is answered with its data.</summary>
    public int Echo(int[] sizes)
    {
        int failures = 0;
        for (ushort i = 0; i < sizes.Length; i++)
        {
            byte[] message = new byte[HeaderLength + sizes[i]];
            new Random(sizes[i]).NextBytes(message.AsSpan(HeaderLength));
            message[0] = (byte)(isV6 ? 128 : 8);
            BinaryPrimitives.WriteUInt16BigEndian(message.AsSpan(4), 0x4242);
            BinaryPrimitives.WriteUInt16BigEndian(message.AsSpan(6), i);
            if (!isV6)
                BinaryPrimitives.WriteUInt16BigEndian(message.AsSpan(2), Checksum(message)); // in IPv6 the kernel's work
            socket.Send(message);
            ReadOnlySpan<byte> answer = Await((byte)(isV6 ? 129 : 0));
            if (answer[1] == 0 && answer[4..].SequenceEqual(message.AsSpan(4)))
                continue;
            Console.WriteLine($"{sizes[i]} bytes came back as {answer.Length - HeaderLength}, or changed");
            failures++;
        }
        return failures;
    }

    /// <summary>A datagram whose time to live is one hop is answered by time exceeded, which quotes it.</summary>
    public int Hop(int port)
    {
        using var probe = new Socket(server.AddressFamily, SocketType.Dgram, ProtocolType.Udp) { Ttl = 1 };
        probe.Connect(new IPEndPoint(server, port));
        probe.Send("probe"u8);
        return Quotes(Await(TimeExceeded), code: 0, ((IPEndPoint)probe.LocalEndPoint!).Port, port);
    }

    /// <summary>A first fragment without the others is answered by time exceeded in reassembly, IPv4.</summary>
    public int Fragment(int port)
    {
        const int Source = 4711;
        byte[] packet = new byte[20 + 16];
        packet[0] = 0x45;
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(4), 0x1234);
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(6), 0x2000); // more fragments
        packet[8] = 64;
        packet[9] = 17;
        server.GetAddressBytes().CopyTo(packet, 16);
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(20), Source);
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(22), (ushort)port);
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(24), 1000);
        using var raw = new Socket(AddressFamily.InterNetwork, SocketType.Raw, ProtocolType.Raw);
        raw.SendTo(packet, new IPEndPoint(server, 0)); // length, source and checksum are the kernel's work
        return Quotes(Await(TimeExceeded), code: 1, Source, port);
    }

    public void Dispose() => socket.Dispose();

    private int Quotes(ReadOnlySpan<byte> error, byte code, int source, int destination)
    {
        ReadOnlySpan<byte> ports = error[(HeaderLength + (isV6 ? 40 : 20))..];
        int quotedSource = BinaryPrimitives.ReadUInt16BigEndian(ports), quotedDestination = BinaryPrimitives.ReadUInt16BigEndian(ports[2..]);
        if (error[1] == code && quotedSource == source && quotedDestination == destination)
            return 0;
        Console.WriteLine($"code {error[1]}, about a datagram from {quotedSource} to {quotedDestination}");
        return 1;
    }

    /// <summary>The next message of a type, from its ICMP header on.</summary>
    private ReadOnlySpan<byte> Await(byte type)
    {
        while (true)
        {
            int length = socket.Receive(buffer);
            int header = isV6 ? 0 : (buffer[0] & 0xf) * 4; // IPv4 alone hands its header over
            if (length >= header + HeaderLength && buffer[header] == type)
                return buffer.AsSpan(header, length - header);
        }
    }

    private static ushort Checksum(ReadOnlySpan<byte> message)
    {
        uint sum = 0;
        for (int i = 0; i < message.Length; i += 2)
            sum += (uint)(message[i] << 8 | (i + 1 < message.Length ? message[i + 1] : 0));
        while (sum > 0xffff)
            sum = (sum & 0xffff) + (sum >> 16);
        return (ushort)~sum;
    }
}
