using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using Penstock.Simulation.Link;
using Penstock.Simulation.Peer;
using Penstock.Simulation.Plans;
using Penstock.Stack;
using Penstock.Stack.Buffers;
using Penstock.Stack.Tcp;
using Penstock.Wire.Ip;

namespace Penstock.Simulation;

/// <summary>What stands around the stack: the device that completes checksums and cuts super-packets, and the shard's duty cycle.</summary>
public sealed class Device : IPacketOutput
{
    private readonly World _world;
    private readonly Dice _dice;
    private readonly MemoryBudget _budget;
    private readonly List<(ModelPacket Packet, Delivery Delivery, ModelPeer? Peer)> _inbox = [];
    private bool _isBatching;
    private bool _hasWork;

    /// <summary>A device with a stack behind it.</summary>
    public Device(World world, Dice secret, Dice dice)
    {
        _world = world;
        _dice = dice;
        _budget = new MemoryBudget(world.Plan.Budget);
        Pool = new BufferPool(new HeapMemory(), _budget);
        Stack = NewStack(world.Plan, Pool, this, world.Uplink, secret);
    }

    /// <summary>The stack under test.</summary>
    public TcpStack Stack { get; }

    /// <summary>Its buffers.</summary>
    public BufferPool Pool { get; }

    /// <summary>When the stack wants to be polled.</summary>
    public long NextDeadline => _world.Defect.Polls ? Stack.NextDeadline : long.MaxValue;

    /// <summary>True when the stack holds no connection and no memory.</summary>
    public bool IsEmpty => Stack.Count == 0 && Stack.TimeWaitCount == 0 && Pool.InUse == 0 && _budget.Used == 0;

    /// <summary>What is still held.</summary>
    public string Leftovers => $"{Stack.Count} connections, {Stack.TimeWaitCount} in TIME-WAIT, {Pool.InUse} buffers, {_budget.Used} bytes of the budget";

    /// <summary>How long after the plan's start a connection's first sequence number is the one wanted.</summary>
    /// <remarks>RFC 6528: a clock that ticks every 4 microseconds, plus a constant of the flow and the secret.</remarks>
    public static long TimeUntilSequence(SimulationPlan plan, Dice secret, FlowKey flow, uint wanted, FlowPlan first)
    {
        Probe probe = new();
        BufferPool pool = new(new HeapMemory(), new MemoryBudget(1 << 20));
        TcpStack stack = NewStack(plan, pool, probe, probe, new Dice(secret.Peek));
        ModelPacket syn = new() { Source = flow.Source, Destination = flow.Destination, Bits = Bits.Syn, Mss = 1000 };
        Input(stack, pool, syn.Write(), default, plan.StartTime);
        stack.Flush(plan.StartTime);
        long delay = (long)(wanted - probe.Sequence) * 4 - first.OpensAt - first.AnswerDelay;
        return delay >= 0 ? delay : delay + (1L << 34);
    }

    /// <summary>A packet has crossed the link.</summary>
    public void Arrives(ModelPacket packet, Delivery delivery, ModelPeer? peer)
    {
        _inbox.Add((packet, delivery, peer));
        if (_world.Plan.BatchTime == 0)
        {
            Read();
        }
        else if (!_isBatching)
        {
            _isBatching = true;
            _world.Events.After(_world.Plan.BatchTime, Read);
        }
    }

    /// <summary>The host has called the stack outside of its events.</summary>
    public void Touch() => _hasWork = true;

    /// <summary>The end of a shard's turn: timers, then what the turn has caused.</summary>
    public void Cycle()
    {
        long now = _world.Events.Now;
        if (!_hasWork && NextDeadline > now)
            return;
        _hasWork = false;
        for (int turn = 0; turn < 10 && _world.Failure is null; turn++)
        {
            if (_world.Defect.Polls)
                Stack.Poll(now);
            if (_world.Defect.Flushes)
                Stack.Flush(now);
            if (NextDeadline > now && !_hasWork)
                return;
            _hasWork = false;
        }
        if (_world.Failure is null)
            _world.Fail($"a deadline at {Stack.NextDeadline} stays due after ten polls at {now}");
    }

    /// <inheritdoc/>
    public bool Write(in OutgoingPacket packet)
    {
        if (_dice.Chance(_world.Plan.DeviceFull))
            return false;
        byte[] bytes = new byte[packet.Length];
        packet.Headers.CopyTo(bytes);
        int at = packet.Headers.Length;
        foreach (Lease piece in packet.Payload)
        {
            piece.Span.CopyTo(bytes.AsSpan(at));
            at += piece.Length;
        }
        if (at != bytes.Length)
            _world.Fail($"the pieces of a packet have {at} bytes, it says {bytes.Length}");
        else if (packet.SegmentSize == 0 && bytes[bytes[0] >> 4 == 6 ? 6 : 9] != 6)
            WriteError(bytes);
        else
            WriteTcp(packet, bytes);
        return true;
    }

    private void WriteTcp(in OutgoingPacket packet, byte[] bytes)
    {
        DeviceOffload offload = _world.Plan.Offload;
        if (packet.NeedsChecksum)
        {
            if (!offload.Checksum)
                _world.Fail("a checksum was left to a device that does none");
            // What the kernel does: sum from the transport header on, the field's own value (the pseudo-header) included.
            Span<byte> transport = bytes.AsSpan(packet.ChecksumStart);
            ushort sum = (ushort)~Checksum.Fold(Checksum.Sum(transport, 0));
            BinaryPrimitives.WriteUInt16BigEndian(transport[packet.ChecksumOffset..], sum);
        }
        bool maySegment = packet.IsV6 ? offload.SegmentV6 : offload.SegmentV4;
        if (packet.SegmentSize > 0 && !maySegment)
            _world.Fail("a super-packet was written to a device that cuts none");
        if (packet.SegmentSize == 0 && bytes.Length > offload.Mtu)
            _world.Fail($"a packet of {bytes.Length} bytes was written to a device of MTU {offload.Mtu}");
        if (packet.IsV6 != (bytes[0] >> 4 == 6))
            _world.Fail("a packet's family is not what it says");
        if (ModelPacket.Read(bytes, out string? fault, mayBeBig: _world.Plan.TakesBig) is not { } whole)
        {
            _world.Fail("the stack wrote a malformed packet: " + fault);
            return;
        }
        foreach (ModelPacket segment in Cut(whole, packet.SegmentSize))
        {
            foreach (ModelPacket sent in _world.Defect.Output(_world, segment))
                _world.FromStack(sent);
        }
    }

    private static IEnumerable<ModelPacket> Cut(ModelPacket whole, int size)
    {
        if (size <= 0 || whole.Text.Length <= size)
        {
            yield return whole;
            yield break;
        }
        for (int at = 0; at < whole.Text.Length; at += size)
        {
            ModelPacket segment = whole.Copy();
            bool isLast = at + size >= whole.Text.Length;
            segment.Seq += (uint)at;
            segment.Text = whole.Text[at..Math.Min(whole.Text.Length, at + size)];
            if (!isLast)
                segment.Bits &= ~(Bits.Fin | Bits.Psh);
            if (at > 0)
                segment.Bits &= ~Bits.Cwr;
            yield return segment;
        }
    }

    /// <summary>ICMP destination unreachable quotes the SYN's header.</summary>
    private void WriteError(byte[] bytes)
    {
        bool isV6 = bytes[0] >> 4 == 6;
        int quoted = (isV6 ? 40 : 20) + 8;
        int ip = isV6 ? 40 : 20;
        if (bytes.Length < quoted + ip + 4 || bytes[quoted - 8] != (isV6 ? 1 : 3))
        {
            _world.Fail("the stack wrote something that is neither TCP nor an unreachable error");
            return;
        }
        ReadOnlySpan<byte> syn = bytes.AsSpan(quoted);
        int a = isV6 ? 8 : 12;
        int n = isV6 ? 16 : 4;
        _world.UnreachableFromStack(new FlowKey(
            new(InetAddress.Read(syn.Slice(a, n)), BinaryPrimitives.ReadUInt16BigEndian(syn[ip..])),
            new(InetAddress.Read(syn.Slice(a + n, n)), BinaryPrimitives.ReadUInt16BigEndian(syn[(ip + 2)..]))));
    }

    private void Read()
    {
        _isBatching = false;
        _hasWork = true;
        foreach ((ModelPacket packet, Delivery delivery, ModelPeer? peer) in _inbox)
        {
            if (_world.Failure is not null)
                break;
            if (peer is null && _world.Uplink.IsPerfectForgery(packet))
                continue;
            _world.PacketsIn++;
            _world.TraceArrival(packet, delivery);
            bool isTrusted = _world.Plan.Offload.Checksum && (delivery == Delivery.Whole || packet.SegmentSize > 0 || _world.Defect.TrustsChecksums);
            if (peer is not null && (delivery == Delivery.Whole || isTrusted))
                _world.Police.OnDelivered(peer, packet);
            if (_world.Defect.Input(packet) is not { } taken)
                continue;
            byte[] bytes = taken.Write();
            if (delivery == Delivery.Corrupted && taken.SegmentSize == 0)
                Corrupt(bytes);
            else if (isTrusted)
                LeavePseudoHeader(bytes);
            PacketOffload offload = new(isTrusted || _world.Defect.TrustsChecksums || taken.SegmentSize > 0, taken.SegmentSize);
            Input(Stack, Pool, bytes, offload, _world.Events.Now);
        }
        _inbox.Clear();
    }

    private void Corrupt(byte[] bytes)
    {
        int ip = bytes[0] >> 4 == 6 ? 40 : 20;
        bytes[_dice.Between(ip, bytes.Length - 1)] ^= (byte)(1 << _dice.Below(8));
    }

    /// <summary>What a packet of the local kernel carries where the checksum would be.</summary>
    private static void LeavePseudoHeader(Span<byte> bytes)
    {
        int ip = bytes[0] >> 4 == 6 ? 40 : 20;
        BinaryPrimitives.WriteUInt16BigEndian(bytes[(ip + 16)..], Checksum.Fold(Checksum.PseudoHeader(bytes, ip, 6)));
    }

    private static void Input(TcpStack stack, BufferPool pool, ReadOnlySpan<byte> bytes, PacketOffload offload, long now)
    {
        Lease lease = pool.RentAlways(bytes.Length);
        bytes.CopyTo(lease.Span);
        if (!IpPacket.TryParse(lease.Span, out IpPacket ip))
            throw new InvalidOperationException("the stack's own parser refuses a well-formed IP header");
        stack.Input(ip, lease, offload, now);
        lease.Release();
    }

    private static TcpStack NewStack(SimulationPlan plan, BufferPool pool, IPacketOutput output, ITcpHost host, Dice secret)
    {
        byte[] key = new byte[32];
        foreach (ref byte b in key.AsSpan())
            b = (byte)secret.Next();
        DeviceOffload offload = plan.TakesBig
            ? plan.Offload with { BigToV4 = World.Here(isV6: false), BigToV6 = World.Here(isV6: true) }
            : plan.Offload;
        return new TcpStack(plan.Options, offload, pool, output, host, key);
    }

    /// <summary>Accepts every SYN and notes the sequence number of the answer.</summary>
    private sealed class Probe : IPacketOutput, ITcpHost
    {
        public uint Sequence { get; private set; }

        public bool Write(in OutgoingPacket packet)
        {
            Sequence = BinaryPrimitives.ReadUInt32BigEndian(packet.Headers[((packet.IsV6 ? 40 : 20) + 4)..]);
            return true;
        }

        public StrangerVerdict OnStranger(in FlowKey flow, bool isOpening, in Lease packet, PacketOffload offload) => StrangerVerdict.Mine;

        public void OnOpening(TcpConnection connection) => connection.Accept();

        public void OnEstablished(TcpConnection connection)
        {
        }

        public bool OnText(TcpConnection connection, in Lease text)
        {
            text.Release();
            return true;
        }

        public void OnFin(TcpConnection connection)
        {
        }

        public void OnSpace(TcpConnection connection)
        {
        }

        public void OnEnd(TcpConnection connection, TcpEnd end)
        {
        }
    }
}
