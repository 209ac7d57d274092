using System;
using Penstock.Stack.Buffers;
using Penstock.Stack.Tcp.Recovery;
using Penstock.Stack.Time;
using Penstock.Wire.Checksum;
using Penstock.Wire.Ip;
using Penstock.Wire.Tcp;

namespace Penstock.Stack.Tcp;

/// <summary>A passive-open TCP as a pure state machine: packets and time in, packets and deadlines out.</summary>
/// <remarks>
/// One thread uses it: <see cref="Input"/> a batch, let the host work, <see cref="Poll"/>, then <see cref="Flush"/>,
/// which sends what the batch caused: one acknowledgment a flow, and more where packets get lost. Time is monotonic, in microseconds.
/// </remarks>
public sealed partial class TcpStack
{
    private readonly DeviceOffload _offload;
    private readonly IPacketOutput _output;
    private readonly BufferPool _pool;
    private readonly FlowTable _table;
    private readonly SipHash _sequenceSecret;
    private readonly SipHash _timestampSecret;
    private TcpConnection? _toFlush;
    private RateLimit _challenges;
    private RateLimit _strangerResets;
    private int _timeWaits;

    /// <summary>Makes a stack without connections.</summary>
    /// <param name="options">How connections behave.</param>
    /// <param name="offload">What the device does for what is written.</param>
    /// <param name="pool">Where copies of small texts live.</param>
    /// <param name="output">Where packets go.</param>
    /// <param name="host">Who is told.</param>
    /// <param name="secret">At least 16 unpredictable bytes, for sequence numbers and the flow table.</param>
    /// <exception cref="ArgumentException">The secret is too short.</exception>
    public TcpStack(
        TcpOptions options, DeviceOffload offload, BufferPool pool, IPacketOutput output, ITcpHost host, ReadOnlySpan<byte> secret)
    {
        if (secret.Length < 16)
            throw new ArgumentException($"a secret has at least 16 bytes, not {secret.Length}", nameof(secret));
        Options = options;
        _offload = offload;
        _pool = pool;
        _output = output;
        Host = host;
        var key = new SipHash(secret);
        _table = new(key.Derive(1));
        _sequenceSecret = key.Derive(2);
        _timestampSecret = key.Derive(3);
        _ipId = (ushort)key.Derive(4).Of(default);
        _challenges = new(options.ChallengeAcksPerSecond);
        _strangerResets = new(options.StrangerResetsPerSecond);
        int packets = PacketsInBuffer(options, offload);
        QueueRings = new(packets);
        RecordRings = new(packets);
    }

    /// <summary>What has happened so far.</summary>
    public TcpCounters Counters { get; } = new();

    /// <summary>Connections that the host knows; those in TIME-WAIT are not counted.</summary>
    public int Count => _table.Count - _timeWaits;

    /// <summary>Connections in TIME-WAIT.</summary>
    public int TimeWaitCount => _timeWaits;

    /// <summary>When <see cref="Poll"/> is wanted next, in microseconds; <see cref="long.MaxValue"/> when it is not.</summary>
    public long NextDeadline => Wheel.NextDeadline;

    /// <summary>True when <see cref="Flush"/> has something to do.</summary>
    public bool WantsFlush => _toFlush is not null;

    internal TcpOptions Options { get; }

    internal ITcpHost Host { get; }

    internal TimerWheel Wheel { get; } = new();

    internal MemoryBudget Budget => _pool.Budget;

    internal RingPool<SendQueue.Entry> QueueRings { get; }

    internal RingPool<SentRecord> RecordRings { get; }

    /// <summary>The latest time that was given.</summary>
    internal long Now { get; private set; }

    internal uint Seconds => (uint)(Now / 1_000_000);

    /// <summary>Finds the connection of a flow; one in TIME-WAIT is not found.</summary>
    public bool TryFind(in FlowKey flow, out TcpConnection? connection)
    {
        connection = _table.Find(flow, _table.HashOf(flow));
        if (connection?.Status == TcpState.TimeWait)
            connection = null;
        return connection is not null;
    }

    /// <summary>True when this stack has any connection of the flow, one in TIME-WAIT included.</summary>
    public bool Owns(in FlowKey flow) => _table.Find(flow, _table.HashOf(flow)) is not null;

    /// <summary>Takes a TCP packet.</summary>
    /// <param name="ip">What its IP header says; whole, not a fragment.</param>
    /// <param name="packet">The packet from the first byte of its IP header; the caller keeps the lease.</param>
    /// <param name="offload">What the device said about it.</param>
    /// <param name="now">The time.</param>
    public void Input(in IpPacket ip, in Lease packet, PacketOffload offload, long now)
    {
        Now = Math.Max(Now, now);
        Counters.SegmentsIn++;
        ReadOnlySpan<byte> transport = packet.Span.Slice(ip.PayloadOffset, ip.PayloadLength);
        if (ip.IsFragment || !TcpSegment.TryParse(transport, out TcpSegment seg))
        {
            Counters.Malformed++;
            return;
        }
        if (!offload.ChecksumTrusted && !InternetChecksum.Holds(ip, transport))
        {
            Counters.ChecksumErrors++;
            return;
        }
        var flow = new FlowKey(new(ip.Source, seg.SourcePort), new(ip.Destination, seg.DestinationPort));
        uint hash = _table.HashOf(flow);
        TcpConnection? connection = _table.Find(flow, hash);
        if (connection is { Status: TcpState.TimeWait } old && old.IsReusedBy(seg))
        {
            old.EndTimeWait();
            connection = null;
        }
        if (connection is null)
        {
            ArrivesForNobody(flow, hash, seg, ip.Ttl, packet, offload);
            return;
        }
        Lease text = packet.Slice(ip.PayloadOffset + seg.HeaderLength, seg.TextLength);
        connection.Arrives(seg, text, ip.Ecn, Now);
    }

    /// <summary>Fires the timers that are due.</summary>
    public void Poll(long now)
    {
        Now = Math.Max(Now, now);
        Wheel.Advance(Now);
    }

    /// <summary>Sends what connections owe: text, acknowledgments, window updates.</summary>
    /// <param name="now">The time.</param>
    /// <param name="moreToCome">
    /// The device holds more packets already, which will be given before the next wait: acknowledgments of bulk text may
    /// then be shared over a few batches.
    /// </param>
    public void Flush(long now, bool moreToCome = false)
    {
        Now = Math.Max(Now, now);
        TcpConnection? connection = _toFlush;
        _toFlush = null;
        while (connection is not null)
        {
            TcpConnection? next = connection.NextToFlush;
            connection.NextToFlush = null;
            connection.IsToFlush = false;
            connection.OnFlush(Now, moreToCome);
            connection = next;
        }
    }

    /// <summary>Gives to the collector what connections have grown into and none has needed since the last call, save a few.</summary>
    /// <returns>True when more than a few are left, which another call may find unneeded.</returns>
    public bool Trim()
    {
        for (; _reassembliesLow > 1; _reassembliesLow--)
            _reassemblies.Pop();
        _reassembliesLow = _reassemblies.Count;
        return QueueRings.Trim() | RecordRings.Trim() | _reassembliesLow > 1;
    }

    /// <summary>Packets that the largest send buffer fills, as packets usually are.</summary>
    private static int PacketsInBuffer(TcpOptions options, DeviceOffload offload)
    {
        const int UsualSuperPacket = 16 * 1024;
        const int Headers = 60;
        int text = offload.SegmentV4 && offload.SegmentV6 ? UsualSuperPacket : Math.Max(1, offload.Mtu - Headers);
        return Math.Min(TcpConnection.MostRecords, options.MaxSendBuffer / text);
    }

    internal void WantFlush(TcpConnection connection)
    {
        if (connection.IsToFlush)
            return;
        connection.IsToFlush = true;
        connection.NextToFlush = _toFlush;
        _toFlush = connection;
    }

    internal void OnTimeWaitEntered() => _timeWaits++;

    internal void Forget(TcpConnection connection, bool wasTimeWait)
    {
        _table.Remove(connection);
        if (wasTimeWait)
            _timeWaits--;
        Host.OnForgotten(connection.Flow);
    }

    internal bool TrySpendChallenge()
    {
        if (!_challenges.TrySpend(Now))
            return false;
        Counters.ChallengeAcks++;
        return true;
    }

    /// <summary>ISN = M + F(flow, secret), RFC 6528 (3): a clock of 4 µs and a keyed hash.</summary>
    internal SeqNumber NewIss(in FlowKey flow, out uint timestampOffset)
    {
        timestampOffset = (uint)_timestampSecret.Of(flow); // RFC 7323 (7.1)
        return new((uint)(Now / 4) + (uint)_sequenceSecret.Of(flow));
    }
}
