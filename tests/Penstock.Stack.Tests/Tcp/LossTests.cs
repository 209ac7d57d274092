using System.Collections.Generic;
using System.Linq;
using Penstock.Stack.Tcp;
using Penstock.Wire.Tcp;
using Xunit;

namespace Penstock.Stack.Tests.Tcp;

/// <summary>What is lost is found, sent again, and paid for; nothing else is sent twice.</summary>
public class LossTests
{
    private const int Mss = 1460;

    private static Ladder WithFlight(int segments, LadderOptions? options = null)
    {
        Ladder ladder = Ladder.Established(options);
        ladder.Write(segments * Mss);
        ladder.Drain();
        ladder.Wait(Ladder.Ms);
        return ladder;
    }

    private static long End(int segments) => 1 + segments * Mss;

    private static void AssertBytes(Sent sent) =>
        Assert.Equal(Enumerable.Range(0, sent.Length).Select(i => Ladder.TextByte(sent.Seq + i)), sent.Text);

    [Fact]
    public void Three_reported_segments_behind_a_hole_make_it_lost_and_only_it_is_sent_again()
    {
        Ladder ladder = WithFlight(10);
        ladder.Send(new() { Ack = 1, Sack = [(End(1), End(2))] });
        ladder.ExpectNothing();
        ladder.Send(new() { Ack = 1, Sack = [(End(1), End(4))] });
        Sent again = ladder.Expect(TcpFlags.Ack, seq: 1, length: Mss);
        AssertBytes(again);
        ladder.ExpectNothing();
        Assert.Equal(1, ladder.Stack.Counters.FastRecoveries);
        ladder.Send(new() { Ack = End(10) });
        Assert.Equal(0, ladder.Connection.Unacknowledged);
        ladder.ExpectNoLeak();
    }

    [Fact]
    public void The_first_loss_is_sent_again_at_once_though_more_is_in_flight_than_the_window_is_now()
    {
        Ladder ladder = WithFlight(10, new() { Tcp = new() { Congestion = CongestionAlgorithm.NewReno } });
        ladder.Queue(10 * Mss);
        ladder.Send(new() { Ack = 1, Sack = [(End(1), End(4))] });
        ladder.Expect(TcpFlags.Ack, seq: 1, length: Mss);
        ladder.ExpectNothing();
    }

    [Fact]
    public void A_hole_in_the_middle_of_a_super_packet_is_sent_alone()
    {
        Ladder ladder = WithFlight(10);
        ladder.Send(new() { Ack = End(2), Sack = [(End(4), End(9))] });
        Sent again = ladder.Expect(TcpFlags.Ack, seq: End(2), length: 2 * Mss);
        AssertBytes(again);
        ladder.ExpectNothing();
    }

    [Fact]
    public void Several_holes_are_sent_oldest_first()
    {
        Ladder ladder = WithFlight(10);
        ladder.Send(new() { Ack = 1, Sack = [(End(1), End(2)), (End(3), End(4)), (End(5), End(9))] });
        Assert.Equal([1, End(2), End(4)], ladder.Drain().Select(s => s.Seq));
    }

    [Fact]
    public void A_hole_is_not_sent_a_third_time_before_a_round_trip()
    {
        Ladder ladder = WithFlight(10);
        ladder.Send(new() { Ack = 1, Sack = [(End(1), End(5))] });
        ladder.Expect(seq: 1, length: Mss);
        ladder.Send(new() { Ack = 1, Sack = [(End(1), End(6))] });
        ladder.Send(new() { Ack = 1, Sack = [(End(1), End(7))] });
        ladder.ExpectNothing();
    }

    [Fact]
    public void A_lost_retransmission_is_found_by_what_was_sent_after_it()
    {
        Ladder ladder = WithFlight(10);
        ladder.Queue(20 * Mss);
        ladder.Send(new() { Ack = 1, Sack = [(End(1), End(8))] });
        List<Sent> sent = ladder.Drain();
        Assert.Equal(1, sent[0].Seq);
        Assert.True(sent.Count > 1, "new text follows the retransmission");
        ladder.Wait(3 * Ladder.Ms);
        ladder.Send(new() { Ack = 1, Sack = [(End(1), sent.Last().Seq + sent.Last().Length)] });
        Assert.Equal(1, ladder.Drain().First().Seq);
    }

    [Fact]
    public void Mild_reordering_sends_nothing_again()
    {
        Ladder ladder = WithFlight(10);
        ladder.Send(new() { Ack = 1, Sack = [(End(2), End(3))] });
        ladder.Send(new() { Ack = 1, Sack = [(End(1), End(3))] });
        ladder.Send(new() { Ack = End(3) });
        ladder.ExpectNothing();
        Assert.Equal(0, ladder.Stack.Counters.FastRecoveries);
    }

    [Fact]
    public void A_hole_behind_few_reports_is_lost_after_the_reordering_window()
    {
        Ladder ladder = WithFlight(2);
        ladder.Send(new() { Ack = 1, Sack = [(End(1), End(2))] });
        ladder.ExpectNothing();
        ladder.Wait(Ladder.Ms); // a quarter of the least round trip
        ladder.Expect(TcpFlags.Ack, seq: 1, length: Mss);
        Assert.Equal(0, ladder.Stack.Counters.Timeouts);
    }

    [Fact]
    public void Recovery_reduces_the_window_once()
    {
        Ladder ladder = WithFlight(10, new() { Tcp = new() { Congestion = CongestionAlgorithm.NewReno } });
        ladder.Queue(100 * Mss);
        ladder.Send(new() { Ack = 1, Sack = [(End(1), End(4))] });
        ladder.Send(new() { Ack = 1, Sack = [(End(1), End(6))] });
        ladder.Send(new() { Ack = End(10) });
        long end = ladder.Drain().Max(s => s.Seq + s.Length);
        ladder.Send(new() { Ack = end });
        // ssthresh is half of ten segments: five in flight after recovery, one more by avoidance at most.
        Assert.InRange(ladder.Drain().Sum(s => s.Length), 5 * Mss, 6 * Mss);
    }

    [Fact]
    public void Cubic_keeps_seven_tenths()
    {
        Ladder ladder = WithFlight(10);
        ladder.Queue(100 * Mss);
        ladder.Send(new() { Ack = 1, Sack = [(End(1), End(4))] });
        ladder.Send(new() { Ack = End(10) });
        long end = ladder.Drain().Max(s => s.Seq + s.Length);
        ladder.Send(new() { Ack = end });
        Assert.InRange(ladder.Drain().Sum(s => s.Length), 7 * Mss, 8 * Mss);
    }

    [Fact]
    public void A_lost_tail_is_probed_before_the_timeout()
    {
        Ladder ladder = WithFlight(4);
        ladder.Send(new() { Ack = End(2) });
        ladder.ExpectNothing();
        ladder.Wait(50 * Ladder.Ms);
        ladder.Expect(TcpFlags.Ack | TcpFlags.Psh, seq: End(3), length: Mss);
        Assert.Equal(1, ladder.Stack.Counters.TailProbes);
        Assert.Equal(0, ladder.Stack.Counters.Timeouts);
        ladder.Send(new() { Ack = End(2), Sack = [(End(3), End(4))] });
        ladder.Expect(seq: End(2), length: Mss);
        ladder.Send(new() { Ack = End(4) });
        Assert.Equal(0, ladder.Connection.Unacknowledged);
    }

    [Fact]
    public void Only_one_tail_probe_is_out_at_a_time()
    {
        Ladder ladder = WithFlight(4);
        ladder.Wait(190 * Ladder.Ms);
        Assert.Single(ladder.Drain());
    }

    [Fact]
    public void Timeouts_back_off_and_send_one_segment()
    {
        Ladder ladder = WithFlight(3, new() { PeerSack = false });
        ladder.Wait(205 * Ladder.Ms);
        ladder.Expect(TcpFlags.Ack, seq: 1, length: Mss);
        ladder.Wait(390 * Ladder.Ms);
        ladder.ExpectNothing();
        ladder.Wait(10 * Ladder.Ms);
        ladder.Expect(TcpFlags.Ack, seq: 1, length: Mss);
        ladder.Wait(790 * Ladder.Ms);
        ladder.ExpectNothing();
        ladder.Wait(20 * Ladder.Ms);
        ladder.Expect(TcpFlags.Ack, seq: 1, length: Mss);
        Assert.Equal(3, ladder.Stack.Counters.Timeouts);
    }

    [Fact]
    public void After_a_timeout_the_rest_follows_in_slow_start()
    {
        Ladder ladder = WithFlight(8, new() { PeerSack = false });
        ladder.Wait(210 * Ladder.Ms);
        ladder.Expect(seq: 1, length: Mss);
        ladder.Send(new() { Ack = End(1) });
        Assert.Equal(2 * Mss, ladder.Drain().Sum(s => s.Length));
        ladder.Send(new() { Ack = End(3) });
        Assert.Equal(4 * Mss, ladder.Drain().Sum(s => s.Length));
    }

    [Fact]
    public void What_was_reported_is_not_sent_again_after_a_timeout()
    {
        Ladder ladder = WithFlight(10);
        ladder.Send(new() { Ack = 1, Sack = [(End(9), End(10))] });
        ladder.Wait(400 * Ladder.Ms);
        ladder.Drain();
        var again = new List<Sent>();
        for (int i = 0; i < 20 && ladder.Connection.Unacknowledged > 0; i++)
        {
            long una = again.Count == 0 ? End(1) : again.Max(s => s.Seq + s.Length);
            ladder.Send(new() { Ack = una >= End(9) ? End(10) : una });
            again.AddRange(ladder.Drain());
        }
        Assert.DoesNotContain(again, s => s.Seq + s.Length > End(9));
        Assert.Equal(0, ladder.Connection.Unacknowledged);
    }

    [Fact]
    public void A_peer_that_takes_back_its_reports_is_served_all_the_same()
    {
        Ladder ladder = WithFlight(4);
        ladder.Send(new() { Ack = 1, Sack = [(End(1), End(4))] });
        ladder.Expect(seq: 1, length: Mss);
        // The hole is filled, and yet nothing behind it is acknowledged: the peer has thrown it away.
        ladder.Send(new() { Ack = End(1) });
        var again = new List<Sent>();
        for (int i = 0; i < 10 && ladder.Connection.Unacknowledged > 0; i++)
        {
            ladder.Wait(Ladder.Second);
            List<Sent> sent = ladder.Drain();
            again.AddRange(sent);
            if (sent.Count > 0)
                ladder.Send(new() { Ack = sent.First().Seq + sent.First().Length });
        }
        Assert.Equal(0, ladder.Connection.Unacknowledged);
        Assert.Contains(again, s => s.Seq == End(1));
    }

    [Fact]
    public void A_peer_without_sack_is_sent_a_segment_after_three_duplicates()
    {
        Ladder ladder = WithFlight(10, new() { PeerSack = false });
        ladder.Send(new() { Ack = 1 });
        ladder.Send(new() { Ack = 1 });
        ladder.ExpectNothing();
        ladder.Send(new() { Ack = 1 });
        ladder.Expect(TcpFlags.Ack, seq: 1, length: Mss);
        ladder.Send(new() { Ack = 1 });
        ladder.ExpectNothing();
    }

    [Fact]
    public void A_partial_acknowledgment_without_sack_sends_the_next_hole()
    {
        Ladder ladder = WithFlight(10, new() { PeerSack = false });
        for (int i = 0; i < 3; i++)
            ladder.Send(new() { Ack = 1 });
        ladder.Expect(seq: 1, length: Mss);
        ladder.Send(new() { Ack = End(4) });
        ladder.Expect(seq: End(4), length: Mss);
        ladder.Send(new() { Ack = End(10) });
        Assert.Equal(0, ladder.Connection.Unacknowledged);
        Assert.Equal(1, ladder.Stack.Counters.FastRecoveries);
    }

    [Fact]
    public void Window_updates_and_text_are_no_duplicates()
    {
        Ladder ladder = WithFlight(10, new() { PeerSack = false });
        for (int i = 0; i < 5; i++)
            ladder.Send(new() { Ack = 1, Window = (ushort)(60_000 + i) });
        for (int i = 0; i < 5; i++)
            ladder.Send(new() { Seq = 1 + i * 10, Ack = 1, Length = 10, Window = 60_004 });
        Assert.DoesNotContain(ladder.Drain(), s => s.Length > 0);
    }

    [Fact]
    public void A_lost_fin_is_sent_again()
    {
        Ladder ladder = Ladder.FinWait1(new() { PeerSack = false });
        ladder.Wait(250 * Ladder.Ms);
        ladder.Expect(TcpFlags.Fin | TcpFlags.Ack | TcpFlags.Psh, seq: 1, length: 0);
    }

    [Fact]
    public void A_fin_behind_lost_text_goes_again_with_it()
    {
        Ladder ladder = Ladder.Established(new() { PeerSack = false });
        ladder.Queue(100);
        ladder.Connection.ShutdownSend();
        ladder.Flush();
        ladder.Expect(TcpFlags.Fin | TcpFlags.Psh | TcpFlags.Ack, seq: 1, length: 100);
        ladder.Wait(250 * Ladder.Ms);
        ladder.Expect(TcpFlags.Fin | TcpFlags.Psh | TcpFlags.Ack, seq: 1, length: 100);
    }

    [Fact]
    public void A_silent_peer_is_given_up()
    {
        Ladder ladder = WithFlight(3);
        ladder.Wait(99 * Ladder.Second);
        Assert.Null(ladder.Host.Ended);
        ladder.Wait(120 * Ladder.Second);
        Assert.Equal(TcpEnd.TimedOut, ladder.Host.Ended);
        Assert.Equal(0, ladder.Stack.Count);
        Assert.Equal(long.MaxValue, ladder.Stack.NextDeadline);
        ladder.ExpectNoLeak();
    }

    [Fact]
    public void Blocks_that_claim_single_bytes_cost_bounded_memory()
    {
        Ladder ladder = WithFlight(10);
        for (long seq = 3; seq < End(10); seq += 2)
            ladder.Input(new() { Ack = 1, Sack = [(seq, seq + 1)] });
        ladder.Flush();
        ladder.Send(new() { Ack = End(10) });
        Assert.Equal(0, ladder.Connection.Unacknowledged);
        ladder.ExpectNoLeak();
    }

    [Fact]
    public void Senseless_blocks_are_ignored()
    {
        Ladder ladder = WithFlight(10);
        ladder.Send(new() { Ack = End(1), Sack = [(End(9), End(8)), (End(20), End(30)), (-5, 70_000)] });
        ladder.ExpectNothing();
        ladder.Send(new() { Ack = End(10) });
        Assert.Equal(0, ladder.Connection.Unacknowledged);
    }

    [Fact]
    public void An_ecn_echo_reduces_the_window_once_and_is_answered_with_cwr()
    {
        Ladder ladder = Ladder.Established(new() { PeerEcn = true });
        ladder.Write(100 * Mss);
        Assert.Equal(10 * Mss, ladder.Drain().Sum(s => s.Length));
        ladder.Send(new() { Ack = End(5), Flags = TcpFlags.Ack | TcpFlags.Ece });
        List<Sent> sent = ladder.Drain();
        Assert.Equal(2 * Mss, sent.Sum(s => s.Length)); // seven tenths of ten, five still out
        Assert.True(sent[0].Flags.HasFlag(TcpFlags.Cwr));
        ladder.Send(new() { Ack = End(6), Flags = TcpFlags.Ack | TcpFlags.Ece });
        Assert.Equal(1, ladder.Stack.Counters.EcnReductions);
        Assert.False(ladder.Expect(length: Mss).Flags.HasFlag(TcpFlags.Cwr));
    }

    [Fact]
    public void What_is_sent_again_is_not_marked_capable_of_ecn()
    {
        Ladder ladder = WithFlight(10, new() { PeerEcn = true });
        ladder.Send(new() { Ack = 1, Sack = [(End(1), End(5))] });
        Assert.Equal(0, ladder.Expect(seq: 1).Ip.Ecn);
    }
}
