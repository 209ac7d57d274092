using System;
using System.Collections.Generic;
using Penstock.Stack.Buffers;
using Penstock.Stack.Ip;
using Penstock.Stack.Tcp;
using Penstock.Stack.Udp;
using Penstock.Wire.Icmp;
using Penstock.Wire.Ip;
using Xunit;

namespace Penstock.Stack.Tests.Ip;

/// <summary>Seeded random and mutated packets into the whole stack: no exception, no leak, no growth, sound answers.</summary>
public class IpFuzzTests
{
    private const int Inputs = 30_000;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Hostile_packets_do_no_harm(int seed)
    {
        var random = new Random(seed);
        var options = new IpOptions { EchoReply = true, MaxPartialDatagrams = 16, MaxPartialBytes = 100_000 };
        var device = new Device();
        var pool = new BufferPool(new ArrayPacketMemory(), new MemoryBudget(4 << 20));
        var stack = new NetworkStack(
            new NetworkOptions { Ip = options }, new DeviceOffload(1500, false, false, false, false),
            pool, device, device, device, new byte[16]);
        List<byte[]> valid = Seeds();
        long now = 1;
        for (int i = 0; i < Inputs; i++)
        {
            byte[] packet = Next(random, valid);
            Assert.True(pool.TryCopy(packet, out Lease lease));
            bool trusted = random.Next(3) != 0;
            stack.Input(lease, new PacketOffload(trusted, trusted && random.Next(8) == 0 ? 1400 : 0), now);
            lease.Release();
            now += random.Next(5_000);
            if (i % 64 == 0)
            {
                stack.Poll(now);
                stack.Flush(now);
                Assert.True(pool.Budget.Used <= options.MaxPartialBytes + 80_000, $"{pool.Budget.Used} bytes held");
            }
        }
        for (int i = 0; i < 100; i++)
        {
            now += 10_000_000;
            stack.Poll(now);
            stack.Flush(now);
        }
        Assert.Equal((0, 0L), (pool.InUse, pool.Budget.Used));
        Assert.Equal(Inputs, stack.Counters.PacketsIn);
        IpCounters counters = stack.Counters;
        Assert.True(counters.DatagramsIn > 1000 && counters.EchoReplies > 500, "too few packets got through to prove anything");
        Assert.True(counters.PacketsTooBig > 100);
        Assert.True(counters.Reassembled > 50 && counters[IpDrop.OverlappingFragments] > 10);
        Assert.True(stack.Tcp.Counters.SegmentsIn > 1000);
        Assert.True(device.Written > 1000);
    }

    private static List<byte[]> Seeds()
    {
        InetAddress app4 = Packets.AppV4.Address, far4 = Packets.FarV4.Address;
        InetAddress app6 = Packets.AppV6.Address, far6 = Packets.FarV6.Address;
        byte[] extended = Packets.Extend(
            Packets.UdpV6(Packets.Text(40)), (IpProtocol.HopByHop, new byte[8]), (IpProtocol.DestinationOptions, new byte[8]),
            (IpProtocol.Fragment, new byte[8]));
        byte[] segment = new byte[40];
        segment[1] = 80;
        segment[3] = 81;
        segment[12] = 0xa0;
        segment[13] = 2;
        return
        [
            Packets.UdpV4(Packets.Text(64)), Packets.UdpV6(Packets.Text(64)), extended,
            Packets.Echo(app4, far4, Packets.Text(32)), Packets.Echo(app6, far6, Packets.Text(32)),
            Packets.Icmp(app4, far4, new IcmpHeader(3, 3, 0, 0), new byte[28]),
            Packets.TooBig(Packets.Udp(Packets.FarV6, Packets.AppV6, Packets.Text(1400)), 1300),
            Packets.Ip(app4, far4, IpProtocol.Tcp, segment), Packets.Ip(app6, far6, IpProtocol.Tcp, segment),
            .. Packets.Fragment(Packets.UdpV4(Packets.Text(2000)), 800, id: 1),
            .. Packets.Fragment(Packets.UdpV6(Packets.Text(2000)), 800, id: 2),
            .. Packets.Fragment(Packets.Echo(app4, far4, Packets.Text(900)), 304, id: 3),
        ];
    }

    private static byte[] Next(Random random, List<byte[]> valid)
    {
        if (random.Next(20) == 0)
        {
            byte[] noise = new byte[1 + random.Next(200)];
            random.NextBytes(noise);
            return noise;
        }
        byte[] packet = [.. valid[random.Next(valid.Count)]];
        // Most changes hit the headers, where the decisions are.
        for (int changes = random.Next(3); changes > 0; changes--)
            packet[random.Next(Math.Min(packet.Length, random.Next(2) == 0 ? 64 : packet.Length))] = (byte)random.Next(256);
        return random.Next(10) == 0 ? packet[..(1 + random.Next(packet.Length))] : packet;
    }

    /// <summary>Reads what is written as a kernel would, and refuses every connection.</summary>
    private sealed class Device : IPacketOutput, IUdpHost, ITcpHost
    {
        public int Written { get; private set; }

        public bool Write(in OutgoingPacket packet)
        {
            WrittenPacket written = WrittenPacket.Of(packet);
            Assert.Equal(written.Bytes.Length, written.Ip.Length);
            Assert.True(written.Bytes.Length <= 1500);
            Assert.False(written.Ip.Source.IsMulticast || written.Ip.Destination.IsMulticast);
            Written++;
            return true;
        }

        public void OnDatagram(in UdpDatagram datagram, long now) =>
            Assert.True(datagram.Payload.Length <= datagram.Packet.Length - 28);

        public SessionOwner OnPacketTooBig(in FlowKey flow, in Lease packet, PacketOffload offload) => SessionOwner.ThisStack;

        public StrangerVerdict OnStranger(in FlowKey flow, bool isOpening, in Lease packet, PacketOffload offload) =>
            StrangerVerdict.Mine;

        public void OnOpening(TcpConnection connection) => connection.Refuse();

        public void OnEstablished(TcpConnection connection) => connection.Abort();

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
