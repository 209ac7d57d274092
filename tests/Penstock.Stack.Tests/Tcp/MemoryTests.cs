using System;
using System.Collections.Generic;
using Penstock.Stack.Buffers;
using Penstock.Stack.Tcp;
using Penstock.Wire.Ip;
using Penstock.Wire.Tcp;
using Xunit;

namespace Penstock.Stack.Tests.Tcp;

/// <summary>What connections and packets cost the collector: bytes allocated by this thread, never time.</summary>
public class MemoryTests
{
    private static readonly InetAddress s_server = InetAddress.FromV4(0xc0000201);

    private readonly BufferPool _pool = new(new HeapMemory(), new MemoryBudget(256 << 20));
    private readonly QuietHost _host = new();
    private readonly QuietOutput _output = new();
    private readonly TcpStack _stack;
    private readonly Lease _packet;
    private long _now = 1_000_000;

    public MemoryTests()
    {
        var device = new DeviceOffload(1500, true, true, true, false);
        _stack = new(new(), device, _pool, _output, _host, "0123456789abcdef"u8);
        _packet = _pool.RentAlways(BufferPool.Largest);
    }

    [Fact]
    public void An_idle_connection_costs_at_most_seven_hundred_bytes()
    {
        for (int i = 0; i < 100; i++)
            Open(i);
        _host.Connections.EnsureCapacity(30_000);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 100; i < 20_100; i++)
            Open(i);
        long each = (GC.GetAllocatedBytesForCurrentThread() - before) / 20_000;
        Assert.True(each <= 700, $"{each} bytes a connection");
        Assert.Equal(long.MaxValue, _stack.NextDeadline);
    }

    [Fact]
    public void Half_a_million_connections_open_carry_text_and_close()
    {
        const int count = 500_000;
        _host.Connections.EnsureCapacity(count);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < count; i++)
            Open(i);
        long each = (GC.GetAllocatedBytesForCurrentThread() - before) / count;
        Assert.Equal(count, _stack.Count);
        Assert.True(each <= 750, $"{each} bytes a connection, the table's growth included");

        for (int i = 0; i < count; i += 1009)
        {
            Text(i, seq: 1, ack: 1, length: 100);
            _stack.Flush(_now);
            Assert.Equal(101u, _output.LastAck - PeerIsn(i));
        }
        for (int i = 0; i < count; i++)
            Segment(i, i % 1009 == 0 ? 101u : 1u, 0, TcpFlags.Rst, 0);
        Assert.Equal(0, _stack.Count);
        Assert.Equal(long.MaxValue, _stack.NextDeadline);
        Assert.Equal(1, _pool.InUse);
    }

    [Fact]
    public void Text_from_the_app_allocates_nothing_a_packet()
    {
        Open(1);
        uint seq = 1;
        void Run(int packets)
        {
            for (int i = 0; i < packets; i++, seq += 60_000)
            {
                Text(1, seq, 1, 60_000);
                _stack.Poll(_now += 50);
                _stack.Flush(_now);
            }
        }
        AssertNoAllocation(Run);
    }

    [Fact]
    public void Text_to_the_app_allocates_nothing_a_packet()
    {
        Open(1);
        TcpConnection connection = _host.Connections[0];
        uint acked = 1;
        void Run(int packets)
        {
            for (int i = 0; i < packets; i++)
            {
                while (connection.SendSpace >= 60_000 && _pool.TryRent(60_000, out Lease text))
                    connection.Send(text);
                _stack.Flush(_now);
                _now += 50;
                acked = _output.LastEnd - _output.Iss(1);
                Segment(1, 1, acked, TcpFlags.Ack, 0);
                _stack.Poll(_now);
            }
        }
        AssertNoAllocation(Run);
        Assert.True(acked > 1_000_000);
    }

    [Fact]
    public void Requests_and_responses_allocate_nothing()
    {
        Open(1);
        TcpConnection connection = _host.Connections[0];
        uint seq = 1;
        void Run(int packets)
        {
            for (int i = 0; i < packets; i++, seq += 100)
            {
                Text(1, seq, _output.LastEnd - _output.Iss(1), 100);
                Assert.True(_pool.TryRent(300, out Lease text));
                connection.Send(text);
                _stack.Flush(_now);
                _stack.Poll(_now += 100);
            }
        }
        AssertNoAllocation(Run);
    }

    [Fact]
    public void Loss_and_reordering_allocate_nothing_once_they_have_been_seen()
    {
        Open(1);
        uint seq = 1;
        void Run(int packets)
        {
            for (int i = 0; i < packets; i++, seq += 6000)
            {
                for (uint k = 5; k > 0; k--)
                    Text(1, seq + k * 1000, 1, 1000);
                _stack.Flush(_now);
                Text(1, seq, 1, 1000);
                _stack.Flush(_now);
                _stack.Poll(_now += 100);
            }
        }
        AssertNoAllocation(Run);
    }

    private static void AssertNoAllocation(Action<int> run)
    {
        run(2000);
        // The runtime allocates on this thread too, when it compiles a method anew; what a packet costs is seen every time.
        long allocated = long.MaxValue;
        for (int i = 0; i < 3 && allocated > 0; i++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            run(2000);
            allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        }
        Assert.Equal(0, allocated);
    }

    private void Open(int index)
    {
        Segment(index, 0, 0, TcpFlags.Syn, 0);
        _stack.Flush(_now);
        Segment(index, 1, 1, TcpFlags.Ack, 0);
    }

    private void Text(int index, uint seq, uint ack, int length) => Segment(index, seq, ack, TcpFlags.Ack | TcpFlags.Psh, length);

    private static uint PeerIsn(int index) => (uint)index * 2654435761;

    private void Segment(int index, uint seq, uint ack, TcpFlags flags, int length)
    {
        var source = new InetEndpoint(InetAddress.FromV4(0x0a000000u + (uint)(index / 50_000)), (ushort)(10_000 + index % 50_000));
        TcpSegment header = default;
        header.Options = TcpOptionList.None;
        header.SourcePort = source.Port;
        header.DestinationPort = 443;
        header.Seq = new(PeerIsn(index) + seq);
        header.Ack = new(_output.Iss(index) + ack);
        header.Flags = flags;
        header.Window = 65535;
        if (flags == TcpFlags.Syn)
        {
            header.Options.Mss = 1460;
            header.Options.SackPermitted = true;
            header.Options.WindowScale = 7;
            _output.Opening = index;
        }
        Span<byte> bytes = _packet.Span;
        int tcp = TcpWriter.Write(bytes[20..], header);
        Ipv4Header.Write(bytes, source.Address, s_server, IpProtocol.Tcp, tcp + length, 0);
        Lease packet = _packet.Slice(0, 20 + tcp + length);
        Assert.True(IpPacket.TryParse(packet.Span, out IpPacket ip));
        _stack.Input(ip, packet, new PacketOffload(true, 0), _now);
    }

    private sealed class QuietOutput : IPacketOutput
    {
        private readonly List<uint> _iss = [];

        public int Opening { get; set; }

        public uint LastAck { get; private set; }

        public uint LastEnd { get; private set; }

        public uint Iss(int index) => index < _iss.Count ? _iss[index] : 0;

        public bool Write(in OutgoingPacket packet)
        {
            Assert.True(IpPacket.TryParse(packet.Headers, out _) || packet.PayloadLength > 0);
            Assert.True(TcpSegment.TryParse(packet.Headers[20..], out TcpSegment seg));
            if (seg.Has(TcpFlags.Syn))
            {
                while (_iss.Count <= Opening)
                    _iss.Add(0);
                _iss[Opening] = seg.Seq.Value;
            }
            LastAck = seg.Ack.Value;
            LastEnd = (seg.Seq + packet.PayloadLength + (seg.Has(TcpFlags.Syn) ? 1 : 0)).Value;
            return true;
        }
    }

    private sealed class QuietHost : ITcpHost
    {
        public List<TcpConnection> Connections { get; } = [];

        public StrangerVerdict OnStranger(in FlowKey flow, bool isOpening, in Lease packet, PacketOffload offload) => StrangerVerdict.Mine;

        public void OnOpening(TcpConnection connection)
        {
            Connections.Add(connection);
            connection.Accept();
        }

        public void OnEstablished(TcpConnection connection)
        {
        }

        public bool OnText(TcpConnection connection, in Lease text)
        {
            int length = text.Length;
            text.Release();
            connection.Consume(length);
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
