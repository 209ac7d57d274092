using System.Collections.Generic;
using System.Linq;
using Penstock.Stack.Tcp;
using Penstock.Wire.Tcp;
using Xunit;
using static Penstock.Stack.Tests.Tcp.DistantFlow;

namespace Penstock.Stack.Tests.Tcp;

/// <summary>Losses, and things that look like one, where it is easy to be wrong.</summary>
public class DoubtfulLossTests
{
    private static uint TsVal(IEnumerable<Sent> sent) => sent.Last().Header.Options.TsVal;

    private static long MsUntilSent(Ladder ladder, long seq)
    {
        long begin = ladder.Now;
        while (ladder.Now - begin < 5 * Ladder.Second)
        {
            if (ladder.Drain().Any(s => s.Length > 0 && s.Seq <= seq && seq < s.Seq + s.Length))
                return (ladder.Now - begin) / Ladder.Ms;
            ladder.Wait(Ladder.Ms);
        }
        return -1;
    }

    private static void LoseFirstAndFifth(Ladder ladder, bool timestamps)
    {
        (long, long) low = (End(1, timestamps), End(4, timestamps));
        ladder.Send(new() { Ack = 1, TsEcr = Old(ladder), Sack = [low] });
        ladder.Send(new() { Ack = 1, TsEcr = Old(ladder), Sack = [(End(5, timestamps), End(10, timestamps)), low] });
        Assert.Equal([1, End(4, timestamps)], ladder.Drain().Where(s => s.Seq < End(10, timestamps)).Select(s => s.Seq));
    }

    // The tail is lost, the probe resends the last segment, the peer reports it: RACK has to find the rest, RFC 8985 (7).
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_tail_probe_that_is_reported_shows_the_lost_tail(bool timestamps)
    {
        Ladder ladder = Start(timestamps, segments: Segments);
        while (ladder.Stack.Counters.TailProbes == 0)
            ladder.Wait(Ladder.Ms);
        ladder.Drain();
        ladder.Wait(RoundTrip);
        ladder.Send(new() { Ack = 1, TsEcr = Old(ladder), Sack = [(End(9, timestamps), End(10, timestamps))] });
        long ms = MsUntilSent(ladder, 1);
        Assert.True(ms is >= 0 and < 20, $"{ms} ms, timeouts {ladder.Stack.Counters.Timeouts}");
        Assert.Equal(0, ladder.Stack.Counters.Timeouts);
    }

    // Two holes, both sent again; the first's copy is lost, the second's is reported. RACK has to find the first lost again.
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_second_loss_of_the_first_hole_is_found_by_the_copy_of_the_second(bool timestamps)
    {
        Ladder ladder = Start(timestamps, segments: Segments);
        LoseFirstAndFifth(ladder, timestamps);
        ladder.Wait(RoundTrip + Ladder.Ms);
        ladder.Send(new() { Ack = 1, TsEcr = Old(ladder), Sack = [(End(1, timestamps), End(10, timestamps))] });
        long ms = MsUntilSent(ladder, 1);
        Assert.True(ms is >= 0 and < 20, $"{ms} ms, timeouts {ladder.Stack.Counters.Timeouts}");
        Assert.Equal(0, ladder.Stack.Counters.Timeouts);
    }

    // The path breaks: five segments arrive, their acknowledgments and the other five segments are lost.
    // The timeout was right. RFC 3522 (3.2) step 5: an acknowledgment with a D-SACK says nothing.
    [Theory]
    [InlineData(true, true, 10)]
    [InlineData(true, true, 1000)]
    [InlineData(false, true, 10)]
    [InlineData(false, true, 1000)]
    [InlineData(true, false, 10)]
    public void A_genuine_timeout_after_an_outage_stands(bool timestamps, bool sack, int segments)
    {
        Ladder ladder = Start(timestamps, sack, Segments);
        if (segments > Segments)
            ladder.Queue((segments - Segments) * Mss(timestamps));
        uint first = Old(ladder) + 20;
        while (ladder.Stack.Counters.Timeouts == 0)
            ladder.Wait(Ladder.Ms);
        ladder.Drain();
        ladder.Wait(RoundTrip);
        ladder.Send(new()
        {
            Ack = End(5, timestamps),
            TsEcr = first,
            Sack = sack ? [(1, End(1, timestamps))] : [],
        });
        Assert.Equal(0, ladder.Stack.Counters.SpuriousLosses);
        long ms = MsUntilSent(ladder, End(5, timestamps));
        Assert.True(ms is >= 0 and < 20, $"sent again after {ms} ms, timeouts {ladder.Stack.Counters.Timeouts}");
    }

    // A reduction for an ECN echo after the recovery is taken back by a D-SACK that speaks of the recovery.
    [Fact]
    public void An_ecn_reduction_is_not_taken_back_by_a_late_d_sack()
    {
        int Window(bool dsack)
        {
            Ladder ladder = Start(timestamps: false, segments: 1000, ecn: true);
            ladder.Send(new() { Ack = 1, Sack = [(End(1, false), End(10, false))] });
            ladder.Drain();
            ladder.Send(new() { Ack = End(10, false) });
            long end = ladder.Drain().Max(s => s.Seq + s.Length);
            ladder.Wait(RoundTrip);
            ladder.Send(new() { Ack = End(11, false), Flags = TcpFlags.Ack | TcpFlags.Ece });
            Assert.Equal(1, ladder.Stack.Counters.EcnReductions);
            end = ladder.Drain().Select(s => s.Seq + s.Length).Append(end).Max();
            ladder.Send(new() { Ack = End(11, false), Sack = dsack ? [(1, End(1, false))] : [] });
            end = ladder.Drain().Select(s => s.Seq + s.Length).Append(end).Max();
            return (int)(end - End(11, false)) / Mss(false);
        }
        int without = Window(false);
        int with = Window(true);
        Assert.True(with <= without + 1, $"in flight {without} without, {with} with the D-SACK");
    }

    // A forged or very late D-SACK, after silence, brings back the old window without slow start.
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void After_silence_a_d_sack_of_long_ago_opens_nothing(bool dsack)
    {
        Ladder ladder = Start(timestamps: false, segments: 1000);
        long acked = Grow(ladder, 6, out long end);
        int flight = (int)(end - acked) / Mss(false);
        // The first of the flight is late: sent again, and all is acknowledged.
        long late = acked;
        ladder.Wait(RoundTrip);
        ladder.Send(new() { Ack = acked, Sack = [(acked + Mss(false), end)] });
        ladder.Drain();
        long all = end;
        for (int i = 0; i < 400; i++)
        {
            ladder.Wait(RoundTrip);
            ladder.Send(new());
            if (ladder.Drain().Sum(s => s.Length) == 0)
                break;
        }
        ladder.Wait(60L * Ladder.Second);
        ladder.Drain();
        ladder.Write(500 * Mss(false));
        List<Sent> burst = ladder.Drain();
        int before = burst.Sum(s => s.Length) / Mss(false);
        Assert.Equal(10, before);
        ladder.Send(new() { Ack = burst[0].Seq, Sack = dsack ? [(late, late + Mss(false))] : [] });
        int after = ladder.Drain().Sum(s => s.Length) / Mss(false);
        Assert.True(after == 0, $"flight was {flight}; {after} more segments for a D-SACK of a minute ago (spurious {ladder.Stack.Counters.SpuriousLosses}, all {all})");
    }

    private static long Grow(Ladder ladder, int rounds, out long end)
    {
        end = End(10, false);
        long acked = 1;
        for (int i = 0; i < rounds; i++)
        {
            ladder.Wait(RoundTrip);
            ladder.Send(new() { Ack = end });
            acked = end;
            end = ladder.Drain().Max(s => s.Seq + s.Length);
        }
        return acked;
    }

    // RFC 4015 (3.2): after a spurious timeout FlightSize + min (bytes acked, IW), not the whole old window at once.
    [Fact]
    public void After_a_spurious_timeout_no_more_than_an_initial_window_leaves_at_once()
    {
        Ladder ladder = Ladder.SynReceived(new() { PeerScale = 8, PeerTimestamps = true, Tcp = new() { Congestion = CongestionAlgorithm.NewReno } });
        ladder.Wait(RoundTrip);
        ladder.Send(new() { Ack = 1, TsEcr = Old(ladder) });
        ladder.Write(2000 * 1448);
        List<Sent> sent = ladder.Drain();
        long end = sent.Max(s => s.Seq + s.Length);
        for (int i = 0; i < 5; i++)
        {
            ladder.Wait(RoundTrip);
            ladder.Send(new() { Ack = end, TsEcr = TsVal(sent) });
            sent = ladder.Drain();
            end = sent.Max(s => s.Seq + s.Length);
        }
        uint echo = TsVal(sent);
        ladder.Wait(30L * Ladder.Second); // an outage of half a minute, several timeouts
        long timeouts = ladder.Stack.Counters.Timeouts;
        ladder.Drain();
        ladder.Send(new() { Ack = end, TsEcr = echo });
        int burst = ladder.Drain().Where(s => s.Seq >= end).Sum(s => s.Length) / 1448;
        Assert.True(burst <= 10, $"{burst} segments at once after {timeouts} timeouts");
    }

    // Half of the window used in slow start: the reduction is from the window, so nothing is reduced.
    [Theory]
    [InlineData(CongestionAlgorithm.NewReno)]
    [InlineData(CongestionAlgorithm.Cubic)]
    public void A_loss_of_a_flow_that_used_half_of_its_window_reduces_what_it_sends(CongestionAlgorithm algorithm)
    {
        Ladder ladder = Ladder.SynReceived(new() { PeerScale = 8, Tcp = new() { Congestion = algorithm } });
        ladder.Wait(RoundTrip);
        ladder.Send(new() { Ack = 1 });
        ladder.Write(6 * 1460); // six of ten
        ladder.Drain();
        ladder.Wait(RoundTrip);
        ladder.Send(new() { Ack = 1, Sack = [(End(1, false), End(6, false))] });
        ladder.Drain();
        ladder.Wait(RoundTrip);
        ladder.Send(new() { Ack = End(6, false) });
        ladder.Write(100 * 1460);
        int window = ladder.Drain().Sum(s => s.Length) / 1460;
        Assert.True(window < 6, $"flight 6 at the loss, {window} after it");
    }

    // A batch of whole duplicates is answered by one acknowledgment, which reports the last of them only.
    [Fact]
    public void Duplicates_in_a_batch_are_acknowledged_in_pairs_too()
    {
        Ladder ladder = Ladder.Established();
        ladder.Send(new() { Seq = 1, Length = 8000, SegmentSize = 1000, Ack = 1 });
        ladder.Drain();
        for (int i = 0; i < 8; i++)
            ladder.Input(new() { Seq = 1 + i * 1000, Length = 1000, Ack = 1 });
        ladder.Flush();
        int acks = ladder.Drain().Count;
        Assert.True(acks >= 4, $"{acks} acknowledgments of 8 duplicates");
    }

    // What is missing behind the end of a recovery is found by time.
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void The_clock_of_reordering_survives_the_end_of_a_recovery(bool late)
    {
        Ladder ladder = Start(timestamps: true, segments: 14);
        for (int i = 2; i <= 4; i++)
            ladder.Send(new() { Ack = 1, TsEcr = Old(ladder), Sack = [(End(1, true), End(i, true))] });
        List<Sent> sent = ladder.Drain();
        Assert.Contains(sent, x => x.Seq == 1);
        ladder.Wait(RoundTrip);
        ladder.Send(new() { Ack = 1, TsEcr = Old(ladder), Sack = [(End(1, true), End(10, true))] });
        List<Sent> more = ladder.Drain();
        long end = sent.Concat(more).Max(s => s.Seq + s.Length);
        Assert.Equal(End(14, true), end);
        ladder.Wait(RoundTrip);
        uint echo = late ? Old(ladder) + 20 : TsVal(sent);
        // All up to 12 is there, 13 is missing, 14 is reported.
        ladder.Send(new() { Ack = End(12, true), TsEcr = echo, Sack = [(End(13, true), End(14, true))] });
        long ms = MsUntilSent(ladder, End(12, true));
        Assert.True(ms is >= 0 and < 60, $"{ms} ms, timeouts {ladder.Stack.Counters.Timeouts}, spurious {ladder.Stack.Counters.SpuriousLosses}");
    }

    // Two new blocks in one acknowledgment, the newest first as RFC 2018 (4) has it, are no reordering.
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Two_new_blocks_in_one_acknowledgment_are_no_reordering(bool newestFirst)
    {
        Ladder ladder = Start(timestamps: true, segments: Segments);
        (long, long) low = (End(1, true), End(4, true));
        (long, long) high = (End(5, true), End(10, true));
        ladder.Send(new() { Ack = 1, TsEcr = Old(ladder), Sack = newestFirst ? [high, low] : [low, high] });
        Assert.Contains(ladder.Drain(), s => s.Seq == 1);
    }

    // ForgetLost and a device that was full: nothing stays behind without a clock.
    [Theory]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public void After_an_undo_what_is_lost_all_the_same_is_sent_again(bool sack, bool fin)
    {
        Ladder ladder = Start(timestamps: true, sack, Segments);
        if (fin)
            ladder.Connection.ShutdownSend();
        ladder.Flush();
        while (ladder.Stack.Counters.Timeouts == 0)
            ladder.Wait(Ladder.Ms);
        ladder.Drain();
        ladder.Send(new() { Ack = End(5, true), TsEcr = Old(ladder) + 20 });
        // Without SACK a lost acknowledgment looks the same as a pause.
        Assert.Equal(sack ? 1 : 0, ladder.Stack.Counters.SpuriousLosses);
        Assert.InRange(MsUntilSent(ladder, End(5, true)), 0, 1000);
    }
}
