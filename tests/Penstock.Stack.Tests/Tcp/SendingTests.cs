using System;
using System.Collections.Generic;
using System.Linq;
using Penstock.Stack.Buffers;
using Penstock.Wire.Tcp;
using Xunit;

namespace Penstock.Stack.Tests.Tcp;

/// <summary>Text towards the app: how it is cut, what holds it back.</summary>
public class SendingTests
{
    private static void AssertBytes(Sent sent) =>
        Assert.Equal(Enumerable.Range(0, sent.Length).Select(i => Ladder.TextByte(sent.Seq + i)), sent.Text);

    [Fact]
    public void The_initial_window_is_ten_segments_in_one_super_packet()
    {
        Ladder ladder = Ladder.Established();
        ladder.Write(100_000);
        Sent sent = ladder.Expect(TcpFlags.Ack, seq: 1, length: 14_600);
        Assert.Equal(1460, sent.SegmentSize);
        AssertBytes(sent);
        ladder.ExpectNothing();
    }

    [Fact]
    public void Without_segmentation_offload_segments_fit_the_mss()
    {
        Ladder ladder = Ladder.Established(new() { SegmentOffload = false, Checksum = false });
        ladder.Write(100_000);
        List<Sent> sent = ladder.Drain();
        Assert.Equal(10, sent.Count);
        Assert.All(sent, s =>
        {
            Assert.Equal(1460, s.Length);
            Assert.Equal(0, s.SegmentSize);
            Assert.True(s.ChecksumHolds);
            AssertBytes(s);
        });
    }

    [Fact]
    public void Text_that_comes_byte_by_byte_shares_blocks_and_is_the_same_text()
    {
        Ladder ladder = Ladder.Established(new() { PeerWindow = 600 });
        ladder.Queue(1);
        for (int i = 1; i < 2000; i++)
        {
            Span<byte> one = [Ladder.TextByte(1 + i)];
            if (!ladder.Connection.TryJoin(one))
            {
                Assert.True(ladder.Pool.TryRent(1, out Lease lease));
                one.CopyTo(lease.Span);
                ladder.Connection.Send(lease);
            }
            if (i % 7 == 0)
                ladder.Flush();
        }
        ladder.Flush();
        Assert.Equal(4, ladder.Pool.InUse);
        int seen = 1;
        while (ladder.Drain() is { Count: > 0 } sent)
        {
            foreach (Sent segment in sent)
            {
                AssertBytes(segment);
                Assert.Equal(seen, segment.Seq);
                seen += segment.Length;
            }
            ladder.Wait(Ladder.Ms);
            ladder.Send(new() { Ack = seen });
        }
        Assert.Equal(2001, seen);
        ladder.ExpectNoLeak();
        Assert.False(ladder.Connection.TryJoin([1]));
    }

    [Fact]
    public void Slow_start_grows_by_what_is_acknowledged_up_to_super_packets()
    {
        Ladder ladder = Ladder.Established(new() { PeerWindow = 65535, PeerScale = 7 });
        ladder.Queue(600_000);
        ladder.Flush();
        int largest = 0;
        while (ladder.Drain() is { Count: > 0 } sent)
        {
            Assert.All(sent, s => AssertBytes(s));
            largest = Math.Max(largest, sent.Max(s => s.Length));
            ladder.Wait(Ladder.Ms);
            ladder.Send(new() { Ack = sent.Max(s => s.Seq + s.Length) });
        }
        Assert.Equal(0, ladder.Connection.Unacknowledged);
        Assert.Equal(65_700 / 1460 * 1460 - 1460, largest, tolerance: 1460);
        ladder.ExpectNoLeak();
    }

    [Fact]
    public void The_peers_window_bounds_what_is_sent()
    {
        Ladder ladder = Ladder.Established(new() { PeerScale = -1, PeerWindow = 5000 });
        ladder.Write(20_000);
        Assert.Equal(4380, ladder.Drain().Sum(s => s.Length)); // whole segments of 1460
        ladder.Send(new() { Ack = 4381 });
        ladder.Expect(seq: 4381, length: 4380);
    }

    [Fact]
    public void A_small_rest_of_the_window_waits_for_a_segment_or_half_the_window()
    {
        Ladder ladder = Ladder.Established(new() { PeerScale = -1, PeerWindow = 4000 });
        ladder.Write(20_000);
        ladder.Drain();
        ladder.Send(new() { Ack = 2921, Window = 1000 });
        ladder.ExpectNothing();
        ladder.Send(new() { Ack = 2921, Window = 2500 });
        ladder.Expect(seq: 2921, length: 1460);
    }

    [Fact]
    public void A_small_window_that_stays_small_is_used_after_a_timeout()
    {
        Ladder ladder = Ladder.Established(new() { PeerScale = -1, PeerWindow = 4000 });
        ladder.Write(20_000);
        ladder.Drain();
        ladder.Send(new() { Ack = 2921, Window = 100 });
        ladder.ExpectNothing();
        ladder.Wait(2 * Ladder.Second);
        ladder.Expect(seq: 2921, length: 100);
    }

    [Fact]
    public void Small_writes_leave_at_once_and_pushed()
    {
        Ladder ladder = Ladder.Established();
        for (int i = 0; i < 5; i++)
        {
            ladder.Write(10);
            ladder.Expect(TcpFlags.Ack | TcpFlags.Psh, seq: 1 + 10 * i, length: 10);
        }
    }

    [Fact]
    public void Writes_of_one_batch_share_a_segment_up_to_thirty_two_pieces()
    {
        Ladder ladder = Ladder.Established();
        for (int i = 0; i < 40; i++)
            ladder.Queue(10);
        ladder.Flush();
        Sent first = ladder.Expect(TcpFlags.Ack, length: 320);
        Assert.Equal(32, first.Pieces);
        ladder.Expect(TcpFlags.Ack | TcpFlags.Psh, seq: 321, length: 80);
    }

    [Fact]
    public void Queued_leases_are_released_as_they_are_acknowledged()
    {
        Ladder ladder = Ladder.Established();
        for (int i = 0; i < 10; i++)
            ladder.Queue(1000);
        ladder.Flush();
        Assert.Equal(10, ladder.Pool.InUse);
        ladder.Send(new() { Ack = 3500 });
        Assert.Equal(7, ladder.Pool.InUse);
        Assert.Equal(10_000 - 3499, ladder.Connection.Unacknowledged);
        ladder.Send(new() { Ack = 10_001 });
        ladder.ExpectNoLeak();
    }

    [Fact]
    public void Send_space_shrinks_with_what_is_queued_and_comes_back()
    {
        Ladder ladder = Ladder.Established(new() { Tcp = new() { InitialSendBuffer = 100_000 } });
        Assert.Equal(100_000, ladder.Connection.SendSpace);
        ladder.Write(60_000);
        Assert.Equal(40_000, ladder.Connection.SendSpace);
        ladder.Send(new() { Ack = 14_601 });
        Assert.Contains("space", ladder.Host.Events);
        Assert.True(ladder.Connection.SendSpace >= 54_600);
    }

    [Fact]
    public void The_send_buffer_grows_on_a_long_fat_path()
    {
        Ladder ladder = Ladder.SynReceived(new() { PeerScale = 8 });
        ladder.Wait(50 * Ladder.Ms);
        ladder.Send(new() { Ack = 1 }); // a round trip of 50 ms
        for (int round = 0; round < 12; round++)
        {
            int space = ladder.Connection.SendSpace;
            if (space > 0)
                ladder.Write(space);
            List<Sent> sent = ladder.Drain();
            ladder.Wait(50 * Ladder.Ms);
            ladder.Send(new() { Ack = sent.Max(s => s.Seq + s.Length) });
        }
        Assert.True(ladder.Connection.SendSpace + ladder.Connection.Unacknowledged > 1_000_000);
    }

    [Fact]
    public void While_memory_is_tight_little_may_be_queued()
    {
        Ladder ladder = Ladder.Established(new() { Budget = 10 * BufferPool.Largest });
        var hold = Enumerable.Range(0, 8).Select(_ => ladder.Pool.RentAlways(BufferPool.Largest)).ToList();
        Assert.Equal(64 * 1024, ladder.Connection.SendSpace);
        hold.ForEach(h => h.Release());
    }

    [Fact]
    public void A_device_without_room_is_tried_again_and_nothing_is_lost()
    {
        Ladder ladder = Ladder.Established();
        ladder.DeviceIsFull = true;
        ladder.Write(1000);
        ladder.ExpectNothing();
        ladder.DeviceIsFull = false;
        ladder.Wait(2 * Ladder.Ms);
        ladder.Expect(TcpFlags.Ack | TcpFlags.Psh, seq: 1, length: 1000);
        ladder.Wait(100 * Ladder.Ms);
        ladder.ExpectNothing();
    }

    [Fact]
    public void Sack_blocks_take_their_room_from_the_text()
    {
        Ladder ladder = Ladder.Established(new() { SegmentOffload = false });
        ladder.Input(new() { Seq = 1001, Ack = 1, Length = 100 });
        ladder.Queue(5000);
        ladder.Flush();
        Assert.All(ladder.Drain(), s => Assert.True(s.Ip.Length <= 1500, $"{s.Ip.Length} bytes"));
    }

    [Fact]
    public void A_packet_too_big_shrinks_segments_and_sends_again()
    {
        Ladder ladder = Ladder.Established();
        ladder.Write(2920);
        uint iss = ladder.SynAck.Header.Seq.Value;
        ladder.Expect(length: 2920);
        ladder.Connection.OnPacketTooBig(new(iss + 1), 1280);
        ladder.Flush();
        Sent again = ladder.Expect(seq: 1, length: 2920);
        Assert.Equal(1240, again.SegmentSize);
    }

    [Fact]
    public void A_packet_too_big_for_numbers_not_in_flight_is_ignored()
    {
        Ladder ladder = Ladder.Established();
        ladder.Write(2920);
        ladder.Drain();
        ladder.Connection.OnPacketTooBig(new(ladder.SynAck.Header.Seq.Value + 5000), 1280);
        ladder.Flush();
        ladder.ExpectNothing();
    }

    [Fact]
    public void Text_after_closing_is_an_error_and_is_released()
    {
        Ladder ladder = Ladder.FinWait1();
        Assert.Throws<InvalidOperationException>(() => ladder.Queue(10));
        ladder.ExpectNoLeak();
    }

    [Fact]
    public void An_idle_connection_starts_again_from_the_initial_window()
    {
        Ladder ladder = Ladder.Established();
        for (int i = 0; i < 4; i++)
        {
            ladder.Write(200_000);
            for (int k = 0; k < 20; k++)
            {
                ladder.Wait(Ladder.Ms);
                ladder.Send(new());
            }
        }
        ladder.Drain();
        Assert.Equal(0, ladder.Connection.Unacknowledged);
        ladder.Wait(5 * Ladder.Second);
        ladder.Write(200_000);
        Assert.Equal(14_600, ladder.Drain().Sum(s => s.Length));
    }
}
