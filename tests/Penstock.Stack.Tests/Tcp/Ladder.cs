using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.Linq;
using Penstock.Stack.Buffers;
using Penstock.Stack.Tcp;
using Penstock.Wire.Checksum;
using Penstock.Wire.Ip;
using Penstock.Wire.Tcp;
using Xunit;

namespace Penstock.Stack.Tests.Tcp;

/// <summary>A ladder diagram that runs: the test is the peer, the stack is real, time is a number.</summary>
/// <remarks>
/// <code>
///   peer (test)                     stack
///     |  Send(new() { ... })  ------> |
///     | &lt;------  Expect(flags, ...)   |
///     |  Wait(us)                     |   Poll and Flush at every deadline on the way
/// </code>
/// Sequence numbers are relative to each side's SYN. Text bytes follow from their sequence number, so order shows.
/// </remarks>
internal sealed class Ladder : IPacketOutput
{
    public const int Ms = 1000;
    public const int Second = 1_000_000;

    private readonly LadderOptions _options;
    private readonly Queue<Sent> _sent = new();
    private long _seenEnd; // behind the last byte that the stack has sent, relative
    private uint _iss;
    private bool _hasIss;
    private int _scale;

    public Ladder(LadderOptions? options = null)
    {
        _options = options ?? new();
        Budget = new(_options.Budget);
        Pool = new(new HeapMemory(), Budget);
        InetAddress app = Address(_options.V6 ? "fd00::2" : "10.0.0.2");
        InetAddress server = Address(_options.V6 ? "2001:db8::1" : "192.0.2.1");
        Flow = new(new(app, 40000), new(server, 443));
        var offload = new DeviceOffload(_options.Mtu, _options.Checksum, _options.SegmentOffload, _options.SegmentOffload, false)
        {
            BigToV4 = _options.Big && !app.IsV6 ? app : null,
            BigToV6 = _options.Big && app.IsV6 ? app : null,
        };
        Stack = new(_options.Tcp, offload, Pool, this, Host, "0123456789abcdef"u8);
    }

    public TcpStack Stack { get; }

    public RecordingHost Host { get; } = new();

    public BufferPool Pool { get; }

    public MemoryBudget Budget { get; }

    public FlowKey Flow { get; set; }

    public long Now { get; private set; } = 1_000_000_000;

    public bool DeviceIsFull { get; set; }

    public uint PeerIsn { get; set; }

    public TcpConnection Connection => Host.Connection!;

    /// <summary>What the SYN-ACK said.</summary>
    public Sent SynAck { get; private set; } = null!;

    /// <summary>A SYN has been answered.</summary>
    public static Ladder SynReceived(LadderOptions? options = null)
    {
        var ladder = new Ladder(options);
        ladder.SendSyn();
        ladder.SynAck = ladder.Expect(TcpFlags.Syn | TcpFlags.Ack | (ladder._options.PeerEcn && ladder._options.Tcp.Ecn ? TcpFlags.Ece : 0));
        return ladder;
    }

    /// <summary>The handshake is complete; a round trip took a millisecond.</summary>
    public static Ladder Established(LadderOptions? options = null)
    {
        Ladder ladder = SynReceived(options);
        ladder.Now += Ms;
        ladder.Send(new() { Ack = 1 });
        ladder.ExpectNothing();
        Assert.Equal(TcpState.Established, ladder.Connection.Status);
        return ladder;
    }

    /// <summary>The host has closed, the FIN is out, nothing is acknowledged.</summary>
    public static Ladder FinWait1(LadderOptions? options = null)
    {
        Ladder ladder = Established(options);
        ladder.Connection.ShutdownSend();
        ladder.Flush();
        ladder.Expect(TcpFlags.Fin | TcpFlags.Ack | TcpFlags.Psh, seq: 1, ack: 1, length: 0);
        Assert.Equal(TcpState.FinWait1, ladder.Connection.Status);
        return ladder;
    }

    public static Ladder FinWait2(LadderOptions? options = null)
    {
        Ladder ladder = FinWait1(options);
        ladder.Send(new() { Ack = 2 });
        ladder.ExpectNothing();
        Assert.Equal(TcpState.FinWait2, ladder.Connection.Status);
        return ladder;
    }

    public static Ladder Closing(LadderOptions? options = null)
    {
        Ladder ladder = FinWait1(options);
        ladder.Send(new() { Ack = 1, Flags = TcpFlags.Fin | TcpFlags.Ack });
        ladder.Expect(TcpFlags.Ack, seq: 2, ack: 2);
        Assert.Equal(TcpState.Closing, ladder.Connection.Status);
        return ladder;
    }

    public static Ladder CloseWait(LadderOptions? options = null)
    {
        Ladder ladder = Established(options);
        ladder.Send(new() { Ack = 1, Flags = TcpFlags.Fin | TcpFlags.Ack });
        ladder.Expect(TcpFlags.Ack, seq: 1, ack: 2);
        Assert.Equal(TcpState.CloseWait, ladder.Connection.Status);
        return ladder;
    }

    public static Ladder LastAck(LadderOptions? options = null)
    {
        Ladder ladder = CloseWait(options);
        ladder.Connection.ShutdownSend();
        ladder.Flush();
        ladder.Expect(TcpFlags.Fin | TcpFlags.Ack | TcpFlags.Psh, seq: 1, ack: 2);
        Assert.Equal(TcpState.LastAck, ladder.Connection.Status);
        return ladder;
    }

    public static Ladder TimeWait(LadderOptions? options = null)
    {
        Ladder ladder = FinWait2(options);
        ladder.Send(new() { Ack = 2, Flags = TcpFlags.Fin | TcpFlags.Ack });
        ladder.Expect(TcpFlags.Ack, seq: 2, ack: 2);
        Assert.Equal(TcpState.TimeWait, ladder.Connection.Status);
        return ladder;
    }

    public void SendSyn(uint? isn = null)
    {
        PeerIsn = isn ?? _options.PeerIsn;
        _hasIss = false;
        _seenEnd = 0;
        Send(new()
        {
            Seq = 0,
            Flags = TcpFlags.Syn | (_options.PeerEcn ? TcpFlags.Ece | TcpFlags.Cwr : 0),
            Mss = _options.PeerMss,
            Scale = _options.PeerScale,
            SackPermitted = _options.PeerSack,
            TsVal = _options.PeerTimestamps ? PeerClock : null,
        });
    }

    /// <summary>The peer's timestamp clock, in milliseconds.</summary>
    public uint PeerClock => (uint)(Now / 1000) + 77;

    /// <summary>A segment arrives, and the stack answers what it will.</summary>
    public void Send(Segment segment)
    {
        Input(segment);
        Flush();
    }

    /// <summary>A segment arrives within a batch: nothing is flushed yet.</summary>
    public void Input(Segment segment)
    {
        Lease packet = Build(segment);
        Assert.True(IpPacket.TryParse(packet.Span, out IpPacket ip));
        Stack.Input(ip, packet, new PacketOffload(false, segment.SegmentSize), Now);
        packet.Release();
    }

    public void Flush(bool moreToCome = false) => Stack.Flush(Now, moreToCome);

    /// <summary>Time passes, and every deadline in it is met.</summary>
    public void Wait(long us)
    {
        long end = Now + us;
        for (int steps = 0; Stack.NextDeadline <= end; steps++)
        {
            Assert.True(steps < 10_000, "the stack asks to be woken without end");
            Now = Math.Max(Now, Stack.NextDeadline);
            Stack.Poll(Now);
            Stack.Flush(Now);
        }
        Now = end;
        Stack.Poll(Now);
        Stack.Flush(Now);
    }

    /// <summary>Queues text at the stack's end; its bytes follow from where it stands in the stream.</summary>
    public void Queue(int length)
    {
        while (length > 0)
        {
            int piece = Math.Min(length, BufferPool.Largest);
            Assert.True(Pool.TryRent(piece, out Lease lease));
            FillText(lease.Span, 1 + _queued);
            _queued += piece;
            length -= piece;
            Connection.Send(lease);
        }
    }

    /// <summary>Queues text and lets it leave.</summary>
    public void Write(int length)
    {
        Queue(length);
        Flush();
    }

    private long _queued;

    /// <summary>The next packet that the stack wrote, which must be so.</summary>
    public Sent Expect(TcpFlags? flags = null, long? seq = null, long? ack = null, int? length = null)
    {
        Assert.True(_sent.Count > 0, $"expected <{flags}> seq {seq} ack {ack} len {length}, but nothing was sent");
        Sent sent = _sent.Dequeue();
        string told = $"expected <{flags}> seq {seq} ack {ack} len {length}, but got {sent}";
        Assert.True(flags is null || sent.Flags == flags, told);
        Assert.True(seq is null || sent.Seq == seq, told);
        Assert.True(ack is null || sent.Ack == ack, told);
        Assert.True(length is null || sent.Length == length, told);
        return sent;
    }

    public void ExpectNothing() =>
        Assert.True(_sent.Count == 0, $"expected nothing, but got {string.Join(", ", _sent.Select(s => s.ToString()))}");

    /// <summary>All packets that wait to be looked at.</summary>
    public List<Sent> Drain()
    {
        List<Sent> all = [.. _sent];
        _sent.Clear();
        return all;
    }

    /// <summary>No buffer is out: everything that was leased has come back.</summary>
    public void ExpectNoLeak() => Assert.Equal(0, Pool.InUse);

    public static void FillText(Span<byte> bytes, long firstSeq)
    {
        for (int i = 0; i < bytes.Length; i++)
            bytes[i] = TextByte(firstSeq + i);
    }

    public static byte TextByte(long seq) => (byte)(seq * 31 + (seq >> 8) * 17);

    bool IPacketOutput.Write(in OutgoingPacket packet)
    {
        if (DeviceIsFull)
            return false;
        byte[] whole = new byte[packet.Length];
        packet.Headers.CopyTo(whole);
        int at = packet.Headers.Length;
        foreach (Lease piece in packet.Payload)
        {
            piece.Span.CopyTo(whole.AsSpan(at));
            at += piece.Length;
        }
        Assert.Equal(whole.Length, at);
        IpPacket ip = whole.Length > ushort.MaxValue + (_options.V6 ? 40 : 0) ? ParseBig(whole, packet.Headers.Length) : Parse(whole);
        if (ip.Protocol != IpProtocol.Tcp)
        {
            Icmp.Add(whole);
            return true;
        }
        ReadOnlySpan<byte> transport = whole.AsSpan(ip.PayloadOffset);
        Assert.True(TcpSegment.TryParse(transport, out TcpSegment header));
        Assert.True(packet.SegmentSize > 0 || whole.Length <= _options.Mtu, "a packet larger than the MTU without a segment size");
        if (header.Has(TcpFlags.Syn))
        {
            _iss = header.Seq.Value;
            _hasIss = true;
            _scale = Math.Max(0, header.Options.WindowScale);
        }
        int scale = header.Has(TcpFlags.Syn) ? 0 : _scale;
        long seq = _hasIss ? (int)(header.Seq.Value - _iss) : header.Seq.Value;
        // Streams of more than 2 GB are not run in a ladder, so a signed difference is the relative number.
        _sent.Enqueue(new Sent
        {
            Ip = ip,
            Header = header,
            Text = transport[header.HeaderLength..].ToArray(),
            SegmentSize = packet.SegmentSize,
            Pieces = packet.Payload.Length,
            ChecksumHolds = Holds(packet, ip, transport),
            Seq = seq,
            Ack = header.Has(TcpFlags.Ack) ? (int)(header.Ack.Value - PeerIsn) : 0,
            Window = header.Window << scale,
            PeerIsn = PeerIsn,
        });
        if (_hasIss && !header.Has(TcpFlags.Rst))
            _seenEnd = Math.Max(_seenEnd, seq + header.Length);
        return true;
    }

    public List<byte[]> Icmp { get; } = [];

    private static IpPacket Parse(byte[] whole)
    {
        Assert.True(IpPacket.TryParse(whole, out IpPacket ip));
        Assert.Equal(whole.Length, ip.Length);
        return ip;
    }

    // IPv4: a total length of 0. IPv6: a payload length of 0, and a jumbo payload option that says it, RFC 2675 (2).
    private static IpPacket ParseBig(byte[] whole, int headers)
    {
        Assert.InRange(whole.Length, 65536, TcpStack.MostBigText + 108);
        byte[] head = whole[..headers];
        bool isV6 = head[0] >> 4 == 6;
        int field = isV6 ? 4 : 2;
        Assert.Equal(0, BinaryPrimitives.ReadUInt16BigEndian(head.AsSpan(field)));
        if (isV6)
        {
            Assert.Equal([6, 0, 0xc2, 4], head[40..44]);
            Assert.Equal(whole.Length - 40, BinaryPrimitives.ReadInt32BigEndian(head.AsSpan(44)));
        }
        else
        {
            Assert.True(Ipv4Header.ChecksumHolds(head.AsSpan(0, 20)));
        }
        BinaryPrimitives.WriteUInt16BigEndian(head.AsSpan(field), (ushort)(isV6 ? headers - 40 : headers));
        IpPacket ip = Parse(head);
        return ip with { PayloadLength = whole.Length - ip.PayloadOffset };
    }

    private static bool Holds(in OutgoingPacket packet, in IpPacket ip, ReadOnlySpan<byte> transport)
    {
        if (!packet.NeedsChecksum)
            return InternetChecksum.Holds(ip, transport);
        // What the device does: it sums the transport bytes, the field included, and complements.
        ushort field = (ushort)(transport[16] << 8 | transport[17]);
        return packet.ChecksumStart == ip.PayloadOffset && packet.ChecksumOffset == 16
            && field == InternetChecksum.Fold(InternetChecksum.PseudoHeader(ip.Source, ip.Destination, ip.Protocol, transport.Length));
    }

    private Lease Build(Segment segment)
    {
        TcpSegment header = default;
        header.SourcePort = Flow.Source.Port;
        header.DestinationPort = Flow.Destination.Port;
        header.Seq = new((uint)(PeerIsn + segment.Seq));
        header.Ack = new((uint)(_iss + (segment.Ack ?? _seenEnd)));
        header.Flags = segment.Flags;
        header.Window = segment.Window == 65535 ? _options.PeerWindow : segment.Window;
        header.Options.Mss = segment.Mss;
        header.Options.WindowScale = segment.Scale;
        header.Options.SackPermitted = segment.SackPermitted;
        bool timestamps = segment.TsVal is not null
            || (_options.PeerTimestamps && !segment.WithoutTimestamps && !segment.Flags.HasFlag(TcpFlags.Rst));
        header.Options.HasTimestamps = timestamps;
        header.Options.TsVal = segment.TsVal ?? PeerClock;
        header.Options.TsEcr = segment.TsEcr ?? 0;
        foreach ((long left, long right) in segment.Sack)
            header.Options.Sack.Add(new(new((uint)(_iss + left)), new((uint)(_iss + right))));

        int ipLength = _options.V6 ? 40 : 20;
        Lease lease = Pool.RentAlways(ipLength + TcpWriter.LongestHeader + segment.Length);
        Span<byte> bytes = lease.Span;
        int tcpLength = TcpWriter.Write(bytes[ipLength..], header);
        int transport = tcpLength + segment.Length;
        FillText(bytes.Slice(ipLength + tcpLength, segment.Length), segment.Seq);
        InetAddress from = Flow.Source.Address;
        InetAddress to = Flow.Destination.Address;
        if (_options.V6)
            Ipv6Header.Write(bytes, from, to, IpProtocol.Tcp, transport, _options.PeerTtl, (byte)segment.Ecn);
        else
            Ipv4Header.Write(bytes, from, to, IpProtocol.Tcp, transport, 1, _options.PeerTtl, (byte)segment.Ecn);
        ulong sum = InternetChecksum.Add(InternetChecksum.PseudoHeader(from, to, IpProtocol.Tcp, transport), bytes.Slice(ipLength, transport));
        ushort checksum = InternetChecksum.Finish(sum);
        if (segment.BreakChecksum)
            checksum ^= 0x5555;
        bytes[ipLength + 16] = (byte)(checksum >> 8);
        bytes[ipLength + 17] = (byte)checksum;
        return lease.Slice(0, ipLength + transport);
    }

    private static InetAddress Address(string text)
    {
        Assert.True(InetAddress.TryParse(text, out InetAddress address));
        return address;
    }
}
