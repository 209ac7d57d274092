using System.Linq;
using Penstock.Stack.Tcp;
using Penstock.Wire.Tcp;
using Xunit;

namespace Penstock.Stack.Tests.Tcp;

/// <summary>Text from the app: order, gaps, duplicates, SACK blocks, acknowledgments.</summary>
public class ReceivingTests
{
    private static void AssertText(Ladder ladder, int count) =>
        Assert.Equal(Enumerable.Range(1, count).Select(i => Ladder.TextByte(i)), ladder.Host.Text);

    [Fact]
    public void A_super_packet_is_delivered_whole()
    {
        Ladder ladder = Ladder.Established();
        ladder.Send(new() { Ack = 1, Length = 64000, SegmentSize = 1460 });
        ladder.Expect(TcpFlags.Ack, ack: 64001);
        Assert.Equal([64000], ladder.Host.TextSizes);
        AssertText(ladder, 64000);
        ladder.ExpectNoLeak();
    }

    [Fact]
    public void A_batch_of_segments_draws_one_acknowledgment()
    {
        Ladder ladder = Ladder.Established();
        for (int i = 0; i < 10; i++)
            ladder.Input(new() { Seq = 1 + i * 1000, Ack = 1, Length = 1000 });
        ladder.ExpectNothing();
        ladder.Flush();
        ladder.Expect(TcpFlags.Ack, ack: 10001);
        ladder.ExpectNothing();
        AssertText(ladder, 10000);
    }

    [Fact]
    public void An_acknowledgment_waits_for_a_few_batches_while_the_device_holds_more()
    {
        Ladder ladder = Ladder.Established();
        for (int batch = 0; batch < 4; batch++)
        {
            ladder.Input(new() { Seq = 1 + batch * 2000, Ack = 1, Length = 2000 });
            ladder.Flush(moreToCome: true);
            ladder.ExpectNothing();
        }
        ladder.Input(new() { Seq = 8001, Ack = 1, Length = 2000 });
        ladder.Flush(moreToCome: true);
        ladder.Expect(TcpFlags.Ack, ack: 10001);
        ladder.Input(new() { Seq = 10001, Ack = 1, Length = 2000 });
        ladder.Flush(moreToCome: true);
        ladder.ExpectNothing();
        ladder.Flush();
        ladder.Expect(TcpFlags.Ack, ack: 12001);
        ladder.ExpectNothing();
    }

    [Fact]
    public void A_gap_is_told_at_once_whatever_the_device_holds()
    {
        Ladder ladder = Ladder.Established();
        ladder.Input(new() { Seq = 2001, Ack = 1, Length = 2000 });
        ladder.Flush(moreToCome: true);
        ladder.Expect(TcpFlags.Ack, ack: 1);
        ladder.Input(new() { Seq = 1, Ack = 1, Length = 2000 });
        ladder.Flush(moreToCome: true);
        ladder.Expect(TcpFlags.Ack, ack: 4001);
    }

    [Fact]
    public void An_answer_carries_the_acknowledgment()
    {
        Ladder ladder = Ladder.Established();
        ladder.Input(new() { Ack = 1, Length = 100 });
        ladder.Queue(50);
        ladder.Flush();
        ladder.Expect(TcpFlags.Ack | TcpFlags.Psh, seq: 1, ack: 101, length: 50);
        ladder.ExpectNothing();
    }

    [Fact]
    public void A_lone_small_segment_may_wait_for_the_answer_when_so_configured()
    {
        Ladder ladder = Ladder.Established(new() { PeerScale = -1, Tcp = new() { AckDelay = 5000 } });
        ladder.Send(new() { Ack = 1, Length = 100 });
        ladder.ExpectNothing();
        ladder.Wait(4999);
        ladder.ExpectNothing();
        ladder.Wait(1);
        ladder.Expect(TcpFlags.Ack, ack: 101);
    }

    [Fact]
    public void A_second_segment_ends_the_wait()
    {
        Ladder ladder = Ladder.Established(new() { PeerScale = -1, Tcp = new() { AckDelay = 5000 } });
        ladder.Send(new() { Ack = 1, Length = 100 });
        ladder.Send(new() { Seq = 101, Ack = 1, Length = 100 });
        ladder.Expect(TcpFlags.Ack, ack: 201);
        ladder.Wait(Ladder.Second);
        ladder.ExpectNothing();
    }

    [Fact]
    public void Text_before_its_turn_is_kept_reported_and_delivered_in_order()
    {
        Ladder ladder = Ladder.Established();
        ladder.Send(new() { Seq = 1001, Ack = 1, Length = 1000 });
        Sent ack = ladder.Expect(TcpFlags.Ack, ack: 1);
        Assert.Equal([(1001L, 2001L)], ack.Blocks);
        Assert.Empty(ladder.Host.Text);
        ladder.Send(new() { Seq = 1, Ack = 1, Length = 1000 });
        ack = ladder.Expect(TcpFlags.Ack, ack: 2001);
        Assert.Empty(ack.Blocks);
        AssertText(ladder, 2000);
        ladder.ExpectNoLeak();
    }

    [Fact]
    public void The_most_recent_block_comes_first_and_then_those_before_it()
    {
        Ladder ladder = Ladder.Established();
        foreach (int seq in new[] { 1001, 5001, 3001 })
            ladder.Send(new() { Seq = seq, Ack = 1, Length = 500 });
        Sent ack = ladder.Drain().Last();
        Assert.Equal([(3001L, 3501L), (5001L, 5501L), (1001L, 1501L)], ack.Blocks);
    }

    [Fact]
    public void Adjacent_texts_are_reported_as_one_block()
    {
        Ladder ladder = Ladder.Established();
        ladder.Send(new() { Seq = 1001, Ack = 1, Length = 500 });
        ladder.Send(new() { Seq = 2001, Ack = 1, Length = 500 });
        ladder.Send(new() { Seq = 1501, Ack = 1, Length = 500 });
        Assert.Equal([(1001L, 2501L)], ladder.Drain().Last().Blocks);
    }

    [Theory]
    [InlineData(false, 4)]
    [InlineData(true, 3)]
    public void As_many_blocks_are_sent_as_the_options_hold(bool timestamps, int most)
    {
        Ladder ladder = Ladder.Established(new() { PeerTimestamps = timestamps });
        for (int i = 1; i <= 6; i++)
            ladder.Send(new() { Seq = 1 + i * 1000, Ack = 1, Length = 100 });
        Assert.Equal(most, ladder.Drain().Last().Blocks.Length);
    }

    [Fact]
    public void Overlapping_texts_before_their_turn_give_every_byte_once()
    {
        Ladder ladder = Ladder.Established();
        ladder.Send(new() { Seq = 501, Ack = 1, Length = 1000 });
        ladder.Send(new() { Seq = 2501, Ack = 1, Length = 500 });
        ladder.Send(new() { Seq = 301, Ack = 1, Length = 3000 });
        ladder.Send(new() { Seq = 1, Ack = 1, Length = 700 });
        AssertText(ladder, 3300);
        Assert.Equal(3301, ladder.Drain().Last().Ack);
        ladder.ExpectNoLeak();
    }

    [Fact]
    public void An_old_segment_is_reported_as_duplicate()
    {
        Ladder ladder = Ladder.Established();
        ladder.Send(new() { Seq = 1, Ack = 1, Length = 1000 });
        ladder.Drain();
        ladder.Send(new() { Seq = 501, Ack = 1, Length = 300 });
        Sent ack = ladder.Expect(TcpFlags.Ack, ack: 1001);
        Assert.Equal([(501L, 801L)], ack.Blocks);
        ladder.Send(new() { Seq = 1001, Ack = 1, Length = 1 });
        Assert.Empty(ladder.Expect(TcpFlags.Ack, ack: 1002).Blocks);
    }

    [Fact]
    public void A_duplicate_within_a_waiting_range_is_followed_by_that_range()
    {
        Ladder ladder = Ladder.Established();
        ladder.Send(new() { Seq = 1001, Ack = 1, Length = 1000 });
        ladder.Drain();
        ladder.Send(new() { Seq = 1501, Ack = 1, Length = 200 });
        Assert.Equal([(1501L, 1701L), (1001L, 2001L)], ladder.Expect(TcpFlags.Ack, ack: 1).Blocks);
    }

    [Fact]
    public void Partly_old_text_is_trimmed()
    {
        Ladder ladder = Ladder.Established();
        ladder.Send(new() { Seq = 1, Ack = 1, Length = 1000 });
        ladder.Send(new() { Seq = 501, Ack = 1, Length = 1000 });
        AssertText(ladder, 1500);
        Assert.Equal([1000, 500], ladder.Host.TextSizes);
    }

    [Fact]
    public void A_peer_without_sack_gets_a_duplicate_acknowledgment_for_each_segment_of_a_batch()
    {
        Ladder ladder = Ladder.Established(new() { PeerSack = false });
        for (int i = 1; i <= 3; i++)
            ladder.Input(new() { Seq = 1 + i * 1000, Ack = 1, Length = 1000 });
        ladder.Flush();
        Assert.Equal(3, ladder.Drain().Count(s => s is { Ack: 1, Length: 0 } && s.Header.Options.Sack.Count == 0));
    }

    [Fact]
    public void Text_beyond_the_window_is_cut_off()
    {
        Ladder ladder = Ladder.Established(new() { PeerScale = -1 });
        ladder.Host.ConsumesAtOnce = false;
        ladder.Send(new() { Seq = 1, Ack = 1, Length = 60000 });
        ladder.Send(new() { Seq = 60001, Ack = 1, Length = 8000 });
        Assert.Equal(65535, ladder.Host.HeldTexts.Sum(t => t.Length));
        Assert.Equal(65536, ladder.Drain().Last().Ack);
    }

    [Fact]
    public void A_text_wholly_beyond_the_window_is_dropped_and_answered()
    {
        Ladder ladder = Ladder.Established(new() { PeerScale = -1 });
        ladder.Send(new() { Seq = 70000, Ack = 1, Length = 100 });
        ladder.Expect(TcpFlags.Ack, ack: 1);
        Assert.Equal(1, ladder.Stack.Counters.Unacceptable);
    }

    [Fact]
    public void A_fin_before_its_turn_waits_for_the_text_before_it()
    {
        Ladder ladder = Ladder.Established();
        ladder.Send(new() { Seq = 501, Ack = 1, Length = 500, Flags = TcpFlags.Fin | TcpFlags.Ack });
        Assert.Equal(TcpState.Established, ladder.Connection.Status);
        ladder.Send(new() { Seq = 1, Ack = 1, Length = 500 });
        Assert.Equal(TcpState.CloseWait, ladder.Connection.Status);
        Assert.Equal(1002, ladder.Drain().Last().Ack);
        Assert.Equal("fin", ladder.Host.Events.Last());
        AssertText(ladder, 1000);
        ladder.ExpectNoLeak();
    }

    [Fact]
    public void A_bare_fin_before_its_turn_waits_too()
    {
        Ladder ladder = Ladder.Established();
        ladder.Send(new() { Seq = 501, Ack = 1, Flags = TcpFlags.Fin | TcpFlags.Ack });
        ladder.Send(new() { Seq = 1, Ack = 1, Length = 500 });
        Assert.Equal(TcpState.CloseWait, ladder.Connection.Status);
        ladder.ExpectNoLeak();
    }

    [Fact]
    public void Small_texts_before_their_turn_do_not_pin_packets()
    {
        Ladder ladder = Ladder.Established();
        long before = ladder.Budget.Used;
        for (int i = 1; i <= 20; i++)
            ladder.Send(new() { Seq = 1 + 200 * i, Ack = 1, Length = 100 });
        Assert.True(ladder.Budget.Used - before <= 20 * 512, $"{ladder.Budget.Used - before} bytes are pinned");
        ladder.Connection.Abort();
        ladder.ExpectNoLeak();
    }

    [Fact]
    public void Text_behind_a_gap_that_finds_no_memory_is_not_reported()
    {
        Ladder ladder = Ladder.Established(new() { Budget = 2048 });
        for (int i = 1; i <= 10; i++)
            ladder.Input(new() { Seq = 1 + 200 * i, Ack = 1, Length = 100 });
        ladder.Flush();
        Assert.True(ladder.Stack.Counters.TextDropped > 0);
        ladder.Send(new() { Seq = 1, Ack = 1, Length = 200 });
        Assert.True(ladder.Drain().Last().Ack < 2001);
        ladder.Connection.Abort();
        ladder.ExpectNoLeak();
    }

    [Fact]
    public void A_host_that_aborts_while_waiting_text_is_delivered_gets_no_more()
    {
        Ladder ladder = Ladder.Established();
        ladder.Send(new() { Seq = 1001, Ack = 1, Length = 1000 });
        ladder.Send(new() { Seq = 3001, Ack = 1, Length = 1000 });
        ladder.Host.WhenText = c => c.Abort();
        ladder.Send(new() { Seq = 1, Ack = 1, Length = 1000 });
        Assert.Equal([1000], ladder.Host.TextSizes);
        ladder.ExpectNoLeak();
    }

    [Fact]
    public void Congestion_that_a_router_marks_is_echoed_until_the_peer_has_reacted()
    {
        Ladder ladder = Ladder.Established(new() { PeerEcn = true });
        ladder.Send(new() { Seq = 1, Ack = 1, Length = 10, Ecn = 3 });
        ladder.Expect(TcpFlags.Ack | TcpFlags.Ece);
        ladder.Send(new() { Seq = 11, Ack = 1, Length = 10, Ecn = 2 });
        ladder.Expect(TcpFlags.Ack | TcpFlags.Ece);
        ladder.Send(new() { Seq = 21, Ack = 1, Length = 10, Ecn = 2, Flags = TcpFlags.Ack | TcpFlags.Cwr });
        ladder.Expect(TcpFlags.Ack);
    }

    [Fact]
    public void Numbers_wrap_around_within_the_stream()
    {
        Ladder ladder = Ladder.Established(new() { PeerIsn = uint.MaxValue - 700 });
        ladder.Send(new() { Seq = 501, Ack = 1, Length = 500 });
        ladder.Send(new() { Seq = 1001, Ack = 1, Length = 500 });
        ladder.Send(new() { Seq = 1, Ack = 1, Length = 500 });
        AssertText(ladder, 1500);
        Assert.Equal(1501, ladder.Drain().Last().Ack);
    }
}
