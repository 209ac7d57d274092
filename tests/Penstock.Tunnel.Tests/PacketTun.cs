using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.Net;
using System.Net.Sockets;
using System.Threading;
using Penstock.Tests;
using Penstock.Tunnel.Configuration;
using Penstock.Tunnel.Logging;
using Penstock.Wire.Checksum;
using Penstock.Wire.Icmp;
using Penstock.Wire.Ip;
using Penstock.Wire.Tcp;
using Penstock.Wire.Udp;
using Xunit;

namespace Penstock.Tunnel.Tests;

/// <summary>A real tunnel whose device is one end of a pair of Unix sockets: the test writes and reads IP packets.</summary>
internal sealed class PacketTun : IDisposable, ILog
{
    private static int s_number;
    private readonly Socket _device;
    private readonly Socket _host;
    private readonly TunnelRuntime _tunnel;
    private readonly byte[] _buffer = new byte[65536];
    private readonly ManualResetEventSlim _held = new();
    private readonly ManualResetEventSlim _released = new();
    private volatile string? _holdAt;

    /// <param name="options">The tunnel's.</param>
    /// <param name="isConnection">Many packets may wait in the device, and it is at its end once the test closes its own.</param>
    public PacketTun(TunnelOptions options, bool isConnection = false)
    {
        string name = $"\0penstock-{Environment.ProcessId}-{Interlocked.Increment(ref s_number)}";
        (_device, _host) = isConnection ? Connection(name) : Datagrams(name);
        _host.ReceiveTimeout = 30_000;
        _tunnel = TunnelRuntime.Start(
            options with { Tun = options.Tun with { Mtu = 65535 } }, this, (int)_device.Handle);
    }

    public List<string> Warnings { get; } = [];

    /// <summary>Lines of every level that is on.</summary>
    public List<string> Lines { get; } = [];

    /// <summary>Everything is logged, as with log-level debug.</summary>
    public bool LogsAll { get; init; }

    public TunnelRuntime Tunnel => _tunnel;

    public static IPEndPoint At(string address, int port) => new(IPAddress.Parse(address), port);

    public bool IsOn(LogLevel level) => LogsAll || _holdAt is not null || level >= LogLevel.Warn;

    public void Write(LogLevel level, string text)
    {
        if (_holdAt is not null && text.Contains(_holdAt, StringComparison.Ordinal))
        {
            _holdAt = null;
            _held.Set();
            _released.Wait();
        }
        lock (Lines)
            Lines.Add(text);
        if (level < LogLevel.Warn)
            return;
        lock (Warnings)
            Warnings.Add(text);
    }

    /// <summary>
    /// What is given to the device in the action reaches the shard in one turn: it is held meanwhile, where it logs that
    /// it opened a UDP session for a datagram which comes before them.
    /// </summary>
    public void InOneTurn(IPEndPoint opener, IPEndPoint to, Action action)
    {
        _holdAt = $"{opener}: UDP session opened";
        Send(opener, to, "opener"u8);
        Assert.True(_held.Wait(OwnThread.Patience));
        action();
        _released.Set();
    }

    /// <summary>The device's other end closes.</summary>
    public void HangUp() => _host.Dispose();

    /// <summary>The device gives a packet.</summary>
    public void Send(byte[] packet) => _host.Send(packet);

    /// <summary>The app sends a datagram.</summary>
    public void Send(IPEndPoint from, IPEndPoint to, ReadOnlySpan<byte> payload)
    {
        InetAddress source = InetAddress.Read(from.Address.GetAddressBytes());
        InetAddress destination = InetAddress.Read(to.Address.GetAddressBytes());
        int header = source.IsV6 ? Ipv6Header.FixedLength : Ipv4Header.MinimumLength;
        int length = UdpHeader.Size + payload.Length;
        byte[] packet = new byte[header + length];
        Span<byte> transport = packet.AsSpan(header);
        payload.CopyTo(transport[UdpHeader.Size..]);
        new UdpHeader((ushort)from.Port, (ushort)to.Port, length, 0).Write(transport);
        ulong sum = InternetChecksum.Add(InternetChecksum.PseudoHeader(source, destination, IpProtocol.Udp, length), transport);
        ushort checksum = InternetChecksum.Finish(sum);
        new UdpHeader((ushort)from.Port, (ushort)to.Port, length, checksum == 0 ? (ushort)0xffff : checksum).Write(transport);
        if (source.IsV6)
            Ipv6Header.Write(packet, source, destination, IpProtocol.Udp, length, 64);
        else
            Ipv4Header.Write(packet, source, destination, IpProtocol.Udp, length, 0, 64);
        _host.Send(packet);
    }

    /// <summary>The app sends a segment; ports and checksum are filled in.</summary>
    public void Send(IPEndPoint from, IPEndPoint to, TcpSegment segment, ReadOnlySpan<byte> text)
    {
        InetAddress source = InetAddress.Read(from.Address.GetAddressBytes());
        InetAddress destination = InetAddress.Read(to.Address.GetAddressBytes());
        byte[] packet = new byte[Ipv6Header.FixedLength + TcpWriter.LongestHeader + text.Length];
        int header = source.IsV6 ? Ipv6Header.FixedLength : Ipv4Header.MinimumLength;
        segment.SourcePort = (ushort)from.Port;
        segment.DestinationPort = (ushort)to.Port;
        int tcpHeader = TcpWriter.Write(packet.AsSpan(header), segment);
        text.CopyTo(packet.AsSpan(header + tcpHeader));
        int length = tcpHeader + text.Length;
        Span<byte> transport = packet.AsSpan(header, length);
        ulong sum = InternetChecksum.Add(InternetChecksum.PseudoHeader(source, destination, IpProtocol.Tcp, length), transport);
        BinaryPrimitives.WriteUInt16BigEndian(transport[TcpSegment.ChecksumOffset..], InternetChecksum.Finish(sum));
        if (source.IsV6)
            Ipv6Header.Write(packet, source, destination, IpProtocol.Tcp, length, 64);
        else
            Ipv4Header.Write(packet, source, destination, IpProtocol.Tcp, length, 0, 64);
        _host.Send(packet.AsSpan(0, header + length));
    }

    /// <summary>The next segment that the app receives, which must be of the flow; its text.</summary>
    public byte[] Receive(IPEndPoint from, IPEndPoint to, out TcpSegment segment)
    {
        ReadOnlySpan<byte> packet = Receive(out IpPacket ip);
        Assert.Equal(IpProtocol.Tcp, ip.Protocol);
        ReadOnlySpan<byte> transport = packet.Slice(ip.PayloadOffset, ip.PayloadLength);
        Assert.True(InternetChecksum.Holds(ip, transport));
        Assert.True(TcpSegment.TryParse(transport, out segment));
        Assert.Equal($"{from} -> {to}", $"{new FlowKey(new(ip.Source, segment.SourcePort), new(ip.Destination, segment.DestinationPort))}");
        return transport.Slice(segment.HeaderLength, segment.TextLength).ToArray();
    }

    /// <summary>The next datagram that the app receives, with its ends.</summary>
    public void Expect(IPEndPoint from, IPEndPoint to, ReadOnlySpan<byte> payload)
    {
        ReadOnlySpan<byte> packet = Receive(out IpPacket ip);
        Assert.Equal(IpProtocol.Udp, ip.Protocol);
        ReadOnlySpan<byte> transport = packet.Slice(ip.PayloadOffset, ip.PayloadLength);
        Assert.True(InternetChecksum.Holds(ip, transport));
        Assert.True(UdpHeader.TryParse(transport, out UdpHeader header));
        Assert.Equal($"{from} -> {to}", $"{new FlowKey(new(ip.Source, header.SourcePort), new(ip.Destination, header.DestinationPort))}");
        Assert.Equal(Convert.ToHexStringLower(payload), Convert.ToHexStringLower(transport[UdpHeader.Size..]));
    }

    /// <summary>The next packet that reaches the app's side.</summary>
    public byte[] Receive() => Receive(out _).ToArray();

    /// <summary>The next packet is an ICMP error (IPv4); its code.</summary>
    public (IcmpType Type, byte Code) ExpectError(string from)
    {
        ReadOnlySpan<byte> packet = Receive(out IpPacket ip);
        Assert.Equal(IpProtocol.Icmp, ip.Protocol);
        Assert.Equal(from, ip.Source.ToString());
        Assert.True(IcmpHeader.TryParse(packet[ip.PayloadOffset..], out IcmpHeader header));
        return ((IcmpType)header.Type, header.Code);
    }

    public void Dispose()
    {
        _released.Set();
        _tunnel.Dispose();
        _device.Dispose();
        _host.Dispose();
        _held.Dispose();
        _released.Dispose();
    }

    private ReadOnlySpan<byte> Receive(out IpPacket ip)
    {
        int length = _host.Receive(_buffer);
        ReadOnlySpan<byte> packet = _buffer.AsSpan(0, length);
        Assert.True(IpPacket.TryParse(packet, out ip));
        return packet;
    }

    private static (Socket Device, Socket Host) Datagrams(string name)
    {
        (Socket device, Socket host) = (Bind(name + "d"), Bind(name + "h"));
        device.Connect(new UnixDomainSocketEndPoint(name + "h"));
        host.Connect(new UnixDomainSocketEndPoint(name + "d"));
        return (device, host);
    }

    private static (Socket Device, Socket Host) Connection(string name)
    {
        using Socket listener = new(AddressFamily.Unix, SocketType.Seqpacket, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(name));
        listener.Listen(1);
        Socket host = new(AddressFamily.Unix, SocketType.Seqpacket, ProtocolType.Unspecified);
        host.Connect(new UnixDomainSocketEndPoint(name));
        return (listener.Accept(), host);
    }

    private static Socket Bind(string name)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint(name));
        return socket;
    }
}
