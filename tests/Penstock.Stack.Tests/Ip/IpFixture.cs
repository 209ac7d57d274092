using System;
using System.Collections.Generic;
using Penstock.Stack.Buffers;
using Penstock.Stack.Ip;
using Penstock.Stack.Tcp;
using Penstock.Stack.Udp;
using Penstock.Wire.Ip;
using Xunit;

namespace Penstock.Stack.Tests.Ip;

/// <summary>A stack between a device that records and hosts that record: Send, Expect, ExpectNothing.</summary>
internal sealed class IpFixture : IPacketOutput, IUdpHost, ITcpHost
{
    public const long Second = 1_000_000;

    private readonly Queue<WrittenPacket> _written = new();
    private readonly Queue<(FlowKey Flow, byte[] Payload, int SegmentSize)> _datagrams = new();
    private readonly Queue<FlowKey> _opened = new();

    public IpFixture(IpOptions? ip = null, int mtu = 1500, bool checksumOffload = false, bool segmentUdp = false, long memory = 64 << 20)
    {
        Pool = new BufferPool(new ArrayPacketMemory(), new MemoryBudget(memory));
        var device = new DeviceOffload(mtu, checksumOffload, false, false, segmentUdp);
        Stack = new NetworkStack(
            new NetworkOptions { Ip = ip ?? new IpOptions() }, device, Pool, this, this, this, new byte[16]);
    }

    public BufferPool Pool { get; }

    public NetworkStack Stack { get; }

    public IpCounters Counters => Stack.Counters;

    public long Now { get; set; } = 5 * Second;

    /// <summary>The device has no room.</summary>
    public bool IsFull { get; set; }

    /// <summary>Who has the session of every app.</summary>
    public SessionOwner Owner { get; set; }

    /// <summary>Whose session was asked for last.</summary>
    public FlowKey Asked { get; private set; }

    /// <summary>Lets the stack read a packet; nothing of it may stay held.</summary>
    public void Send(byte[] packet, bool trusted = false, int segmentSize = 0)
    {
        Assert.True(Pool.TryCopy(packet, out Lease lease));
        Stack.Input(lease, new PacketOffload(trusted, segmentSize), Now);
        lease.Release();
    }

    public Lease Lease(byte[] bytes) => Pool.TryCopy(bytes, out Lease lease) ? lease : throw new OutOfMemoryException();

    public WrittenPacket Expect()
    {
        Assert.True(_written.TryDequeue(out WrittenPacket? packet), "the stack wrote nothing");
        return packet!;
    }

    public List<WrittenPacket> ExpectAll()
    {
        List<WrittenPacket> all = [.. _written];
        _written.Clear();
        return all;
    }

    public (FlowKey Flow, byte[] Payload, int SegmentSize) ExpectDatagram()
    {
        Assert.True(_datagrams.TryDequeue(out var datagram), "no datagram arrived");
        return datagram;
    }

    public FlowKey ExpectOpening()
    {
        Assert.True(_opened.TryDequeue(out FlowKey flow), "no connection was opened");
        return flow;
    }

    /// <summary>Nothing written, nothing delivered.</summary>
    public void ExpectNothing()
    {
        Assert.Empty(_written);
        Assert.Empty(_datagrams);
        Assert.Empty(_opened);
    }

    /// <summary>Nothing written or delivered, and one more drop for the reason.</summary>
    public void ExpectDrop(IpDrop reason, long count = 1)
    {
        ExpectNothing();
        Assert.Equal(count, Counters[reason]);
    }

    bool IPacketOutput.Write(in OutgoingPacket packet)
    {
        if (IsFull)
            return false;
        _written.Enqueue(WrittenPacket.Of(packet));
        return true;
    }

    void IUdpHost.OnDatagram(in UdpDatagram datagram, long now)
    {
        Assert.Equal(Now, now);
        Assert.Equal(datagram.Ip.Length, datagram.Packet.Length);
        _datagrams.Enqueue((datagram.Flow, datagram.Payload.Span.ToArray(), datagram.SegmentSize));
    }

    SessionOwner IUdpHost.OnPacketTooBig(in FlowKey flow, in Lease packet, PacketOffload offload)
    {
        Assert.True(offload.ChecksumTrusted);
        Assert.True(IpPacket.TryParse(packet.Span, out IpPacket ip));
        Assert.Equal(ip.Length, packet.Length);
        Asked = flow;
        return Owner;
    }

    StrangerVerdict ITcpHost.OnStranger(in FlowKey flow, bool isOpening, in Lease packet, PacketOffload offload)
    {
        Assert.True(IpPacket.TryParse(packet.Span, out IpPacket ip));
        Assert.Equal(ip.Length, packet.Length);
        _opened.Enqueue(flow);
        return StrangerVerdict.Drop;
    }

    void ITcpHost.OnOpening(TcpConnection connection) => Assert.Fail("every stranger is dropped here");

    void ITcpHost.OnEstablished(TcpConnection connection) => Assert.Fail("every stranger is dropped here");

    bool ITcpHost.OnText(TcpConnection connection, in Lease text)
    {
        Assert.Fail("every stranger is dropped here");
        return false;
    }

    void ITcpHost.OnFin(TcpConnection connection) => Assert.Fail("every stranger is dropped here");

    void ITcpHost.OnSpace(TcpConnection connection) => Assert.Fail("every stranger is dropped here");

    void ITcpHost.OnEnd(TcpConnection connection, TcpEnd end) => Assert.Fail("every stranger is dropped here");
}
