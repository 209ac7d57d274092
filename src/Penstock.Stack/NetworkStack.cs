using System;
using System.Buffers.Binary;
using System.Security.Cryptography;
using Penstock.Stack.Buffers;
using Penstock.Stack.Icmp;
using Penstock.Stack.Ip;
using Penstock.Stack.Ip.Reassembly;
using Penstock.Stack.Tcp;
using Penstock.Stack.Udp;

namespace Penstock.Stack;

/// <summary>A whole TCP/IP stack: packets and time in, packets and deadlines out.</summary>
/// <remarks>
/// <code>
///   Input ── IpInput ──┬── TcpStack ──── ITcpHost
///               │      ├── IUdpHost
///            fragments └── echo replies
///   hosts ── TcpConnection.Send | Datagrams.SendDatagram | Errors.Refuse ── IPacketOutput
/// </code>
/// One thread uses it: Input a batch, let the hosts work, <see cref="Poll"/>, then <see cref="Flush"/>. Time is
/// monotonic, in microseconds.
/// </remarks>
public sealed class NetworkStack
{
    private readonly Reassembler _reassembler;
    private readonly IpInput _input;

    /// <summary>Makes a stack without flows.</summary>
    /// <param name="options">How its layers behave.</param>
    /// <param name="device">What the device does for what is written.</param>
    /// <param name="pool">Where copies and reassembled datagrams live.</param>
    /// <param name="output">Where packets go.</param>
    /// <param name="tcpHost">Who is told of connections.</param>
    /// <param name="udpHost">Who is told of datagrams.</param>
    /// <param name="secret">At least 16 unpredictable bytes.</param>
    public NetworkStack(
        NetworkOptions options, DeviceOffload device, BufferPool pool, IPacketOutput output,
        ITcpHost tcpHost, IUdpHost udpHost, ReadOnlySpan<byte> secret)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(secret.Length, 16, nameof(secret));
        // Identifications are seen by others, and must tell nothing about the secret.
        uint firstId = BinaryPrimitives.ReadUInt32BigEndian(SHA256.HashData(secret));
        Datagrams = new IpOutput(options.Ip, device, output, Counters, firstId);
        Errors = new IcmpErrorSender(Datagrams, options.Ip, Counters);
        Tcp = new TcpStack(options.Tcp, device, pool, output, tcpHost, secret);
        _reassembler = new Reassembler(options.Ip, pool, Errors, Counters);
        _input = new IpInput(options.Ip, Tcp, udpHost, Datagrams, Errors, _reassembler, Counters);
    }

    /// <summary>Connections.</summary>
    public TcpStack Tcp { get; }

    /// <summary>Sends datagrams to apps.</summary>
    public IpOutput Datagrams { get; }

    /// <summary>Tells apps what became of their packets.</summary>
    public IcmpErrorSender Errors { get; }

    /// <summary>What the IP layer has done.</summary>
    public IpCounters Counters { get; } = new();

    /// <summary>When <see cref="Poll"/> is wanted next, in microseconds; <see cref="long.MaxValue"/> when it is not.</summary>
    public long NextDeadline =>
        Math.Min(Tcp.NextDeadline, Math.Min(_reassembler.NextDeadline, Datagrams.Paths.NextDeadline));

    /// <summary>Takes a packet that the device gave.</summary>
    /// <param name="packet">From the first byte of its IP header on, may be padded; the caller keeps the lease.</param>
    /// <param name="offload">What the device said about it.</param>
    /// <param name="now">The time.</param>
    public void Input(in Lease packet, PacketOffload offload, long now) => _input.Input(packet, offload, now);

    /// <summary>Fires the timers that are due.</summary>
    public void Poll(long now)
    {
        Tcp.Poll(now);
        _reassembler.Expire(now);
        Datagrams.Paths.Expire(now);
    }

    /// <summary>Sends what connections owe.</summary>
    /// <param name="now">The time.</param>
    /// <param name="moreToCome">The device holds more packets, which will be given before the next wait.</param>
    public void Flush(long now, bool moreToCome = false) => Tcp.Flush(now, moreToCome);
}
