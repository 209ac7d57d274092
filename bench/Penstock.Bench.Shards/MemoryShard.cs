using System;
using Penstock.Linux;
using Penstock.Stack;
using Penstock.Stack.Buffers;
using Penstock.Stack.Tcp;
using Penstock.Stack.Udp;
using Penstock.Wire.Ip;
using Penstock.Wire.Tcp;

namespace Penstock.Bench.Shards;

/// <summary>A shard's stack between an app and an uplink that are both generated in memory.</summary>
/// <remarks>
/// One turn, for each of the flows: the app's segment of text goes in, the uplink takes the text and answers with as
/// much; then one flush, which sends an answer segment with its acknowledgement for each flow. Every segment is a full
/// one of an Ethernet path, with its headers built and parsed, but no byte of text is looked at on either side.
/// </remarks>
internal sealed class MemoryShard : ITcpHost, IUdpHost, IPacketOutput
{
    private const int Flows = 64;
    private const int Text = 1448;
    private const int Headers = Ipv4Header.MinimumLength + TcpSegment.MinimumHeader;

    private readonly AppFlow[] _flows = new AppFlow[Flows];
    private readonly BufferPool _pool;
    private readonly NetworkStack _stack;
    private Lease _packet;
    private long _now;

    public MemoryShard(int index, int shards, PacketMemory memory, MemoryBudget budget)
    {
        _pool = new BufferPool(memory, budget, exchange: null, budget.AdvanceOf(shards));
        byte[] secret = new byte[16];
        secret[0] = (byte)index;
        _stack = new NetworkStack(
            new NetworkOptions(), new DeviceOffload(1500, true, true, true, true), _pool, this, this, this, secret);
        for (int i = 0; i < Flows; i++)
        {
            InetEndpoint app = new(InetAddress.FromV4(0xC612_0001), (ushort)(10_000 + i));
            InetEndpoint server = new(InetAddress.FromV4(0xC633_6401), 80);
            _flows[i] = new AppFlow(new FlowKey(app, server));
        }
    }

    /// <summary>Packets in and out so far.</summary>
    public long Packets { get; private set; }

    /// <summary>Opens all flows.</summary>
    public void Open()
    {
        _now = MonotonicClock.Microseconds;
        foreach (AppFlow flow in _flows)
        {
            Send(flow, TcpFlags.Syn, 0);
            flow.Seq += 1;
            _stack.Flush(_now);
            Send(flow, TcpFlags.Ack, 0);
        }
        _stack.Flush(_now);
        foreach (AppFlow flow in _flows)
        {
            if (flow.Connection is null)
                throw new InvalidOperationException($"the flow {flow.Key} did not open");
        }
    }

    /// <summary>Exchanges text on every flow, both ways.</summary>
    public void Turn()
    {
        _now = MonotonicClock.Microseconds;
        foreach (AppFlow flow in _flows)
        {
            Send(flow, TcpFlags.Ack | TcpFlags.Psh, Text);
            flow.Seq += Text;
        }
        _stack.Poll(_now);
        _stack.Flush(_now);
    }

    public StrangerVerdict OnStranger(in FlowKey flow, bool isOpening, in Lease packet, PacketOffload offload) => StrangerVerdict.Mine;

    public void OnOpening(TcpConnection connection)
    {
        AppFlow flow = _flows[connection.Flow.Source.Port - 10_000];
        flow.Connection = connection;
        connection.State = flow;
        connection.Accept();
    }

    public void OnEstablished(TcpConnection connection)
    {
        // The first text says as much.
    }

    public bool OnText(TcpConnection connection, in Lease text)
    {
        int length = text.Length;
        text.Release();
        connection.Consume(length);
        if (_pool.TryRent(Text, out Lease answer))
            connection.Send(answer);
        return true;
    }

    public void OnFin(TcpConnection connection) => throw Unexpected("FIN");

    public void OnSpace(TcpConnection connection)
    {
        // Every answer fits: the app acknowledges it with its next text.
    }

    public void OnEnd(TcpConnection connection, TcpEnd end) => throw Unexpected("end");

    public void OnDatagram(in UdpDatagram datagram, long now) => throw Unexpected("datagram");

    public bool Write(in OutgoingPacket packet)
    {
        if (!TcpSegment.TryParse(packet.Headers[Ipv4Header.MinimumLength..], out TcpSegment segment))
            throw Unexpected("packet that is not TCP");
        AppFlow flow = _flows[segment.DestinationPort - 10_000];
        flow.Ack = segment.Seq + packet.PayloadLength + (segment.Has(TcpFlags.Syn) ? 1 : 0);
        Packets++;
        return true;
    }

    private void Send(AppFlow flow, TcpFlags flags, int text)
    {
        if (!_packet.IsSole)
        {
            _packet.Release();
            _packet = _pool.RentAlways(Headers + Text);
        }
        TcpSegment segment = new()
        {
            SourcePort = flow.Key.Source.Port,
            DestinationPort = flow.Key.Destination.Port,
            Seq = flow.Seq,
            Ack = flow.Ack,
            Flags = flags,
            Window = 65535,
            Options = TcpOptionList.None,
        };
        Span<byte> bytes = _packet.Span;
        Ipv4Header.Write(
            bytes, flow.Key.Source.Address, flow.Key.Destination.Address, IpProtocol.Tcp, TcpSegment.MinimumHeader + text, id: 0);
        TcpWriter.Write(bytes[Ipv4Header.MinimumLength..], segment);
        Packets++;
        _stack.Input(_packet.Slice(0, Headers + text), new PacketOffload(ChecksumTrusted: true, SegmentSize: 0), _now);
    }

    private static InvalidOperationException Unexpected(string what) => new($"an unexpected {what}: the bench is wrong");
}
