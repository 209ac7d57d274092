using System.Collections.Generic;
using Penstock.Stack;
using Penstock.Stack.Buffers;
using Penstock.Stack.Ip;
using Penstock.Tunnel.Shards;
using Penstock.Tunnel.Statistics;
using Penstock.Tunnel.Udp;
using Penstock.Wire.Ip;
using Xunit;

namespace Penstock.Tunnel.Tests.Udp;

/// <summary>Answers gathered into super-packets, over a device that records what is written.</summary>
public sealed class AnswerRunTests : IPacketOutput
{
    private static readonly InetEndpoint s_from = new(InetAddress.FromV4(0xcb007101), 53);
    private static readonly InetEndpoint s_other = new(InetAddress.FromV4(0xcb007102), 53);
    private static readonly InetEndpoint s_app = new(InetAddress.FromV4(0x0a000001), 4000);

    private readonly List<(int Pieces, int Bytes, int SegmentSize)> _written = [];
    private readonly BufferPool _pool = new(new NativePacketMemory(), new MemoryBudget(64 << 20));
    private readonly ShardCounters _counters = new();

    bool IPacketOutput.Write(in OutgoingPacket packet)
    {
        _written.Add((packet.Payload.Length, packet.PayloadLength, packet.SegmentSize));
        return true;
    }

    [Fact]
    public void One_size_one_sender_and_a_shorter_end_are_one_write()
    {
        Run(segments: true, (s_from, 100), (s_from, 100), (s_from, 40), (s_from, 100));
        Assert.Equal([(3, 240, 100), (1, 100, 0)], _written);
        Assert.Equal((4, 340), (_counters.DatagramsFromUplink, _counters.BytesFromUplink));
    }

    [Fact]
    public void A_larger_one_another_sender_and_an_empty_one_begin_anew()
    {
        Run(segments: true, (s_from, 100), (s_from, 101), (s_other, 101), (s_other, 0), (s_other, 0));
        Assert.Equal([(1, 100, 0), (1, 101, 0), (1, 101, 0), (1, 0, 0), (1, 0, 0)], _written);
    }

    [Fact]
    public void A_row_is_no_longer_than_a_packet_may_be()
    {
        var answers = new (InetEndpoint, int)[130];
        System.Array.Fill(answers, (s_from, 1200));
        Run(segments: true, answers);
        Assert.Equal([(54, 54 * 1200, 1200), (54, 54 * 1200, 1200), (22, 22 * 1200, 1200)], _written);
        _written.Clear();
        System.Array.Fill(answers, (s_from, 10));
        Run(segments: true, answers);
        Assert.Equal([(60, 600, 10), (60, 600, 10), (10, 100, 10)], _written);
    }

    [Fact]
    public void Without_segmentation_each_is_written_by_itself()
    {
        Run(segments: false, (s_from, 100), (s_from, 100));
        Assert.Equal([(1, 100, 0), (1, 100, 0)], _written);
    }

    private void Run(bool segments, params (InetEndpoint From, int Length)[] answers)
    {
        var output = new IpOutput(new IpOptions(), new DeviceOffload(1500, true, false, false, segments), this, new IpCounters(), 1);
        AnswerRun run = new(output, _counters);
        foreach ((InetEndpoint from, int length) in answers)
        {
            Assert.True(_pool.TryRent(1500, out Lease lease));
            run.Add(from, s_app, lease.Slice(0, length));
            lease.Release();
        }
        run.Flush();
        Assert.Equal(0, _pool.InUse);
    }
}
