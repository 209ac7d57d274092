using System.Collections.Generic;
using System.Linq;
using Penstock.Stack.Tcp;
using Xunit;

namespace Penstock.Stack.Tests.Tcp;

/// <summary>What was taken for lost and had only been late does not cost the flow its window.</summary>
public class SpuriousLossTests
{
    private const int RoundTrip = 20 * Ladder.Ms;
    private const int Segments = 10;

    /// <summary>Ten segments in flight, a round trip ago, and much more to send.</summary>
    private static Ladder Flow(bool timestamps, bool sack = true)
    {
        Ladder ladder = Ladder.SynReceived(new()
        {
            PeerScale = 8,
            PeerTimestamps = timestamps,
            PeerSack = sack,
            Tcp = new() { Congestion = CongestionAlgorithm.NewReno },
        });
        ladder.Wait(RoundTrip);
        ladder.Send(new() { Ack = 1 });
        ladder.Write(1000 * Mss(timestamps));
        Assert.Equal(Segments * Mss(timestamps), ladder.Drain().Sum(s => s.Length));
        ladder.Wait(RoundTrip);
        return ladder;
    }

    private static int Mss(bool timestamps) => timestamps ? 1448 : 1460;

    private static long End(int segments, bool timestamps = true) => 1 + segments * Mss(timestamps);

    /// <summary>The stack's timestamp now; one of before is smaller by as many milliseconds.</summary>
    private static uint TsVal(List<Sent> sent) => sent[0].Header.Options.TsVal;

    /// <summary>What is in flight when everything has been acknowledged and what the window allows has left.</summary>
    private static int Window(Ladder ladder, bool timestamps)
    {
        List<Sent> sent = ladder.Drain();
        ladder.Wait(RoundTrip);
        ladder.Send(new() { Ack = sent.Max(s => s.Seq + s.Length), TsEcr = timestamps ? TsVal(sent) : null });
        return ladder.Drain().Sum(s => s.Length) / Mss(timestamps);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Reordering_taken_for_a_loss_is_taken_back_when_the_echo_is_older_than_what_was_sent_again(bool sack)
    {
        Ladder ladder = Flow(timestamps: true, sack);
        List<Sent> again = LoseFirst(ladder, sack);
        uint before = TsVal(again) - 20;
        ladder.Send(new() { Ack = End(Segments), TsEcr = before });
        Assert.Equal(1, ladder.Stack.Counters.SpuriousLosses);
        Assert.InRange(ladder.Drain().Sum(s => s.Length), 5 * 1448, 20 * 1448);
        ladder.Wait(RoundTrip);
        Assert.Equal(0, ladder.Stack.Counters.Timeouts);
    }

    [Fact]
    public void The_window_after_reordering_is_larger_than_after_a_loss()
    {
        int WindowAfter(int echo)
        {
            Ladder ladder = Flow(timestamps: true);
            List<Sent> again = LoseFirst(ladder, sack: true);
            ladder.Wait(RoundTrip);
            ladder.Send(new() { Ack = End(Segments), TsEcr = (uint)(TsVal(again) + echo) });
            return Window(ladder, timestamps: true);
        }
        Assert.InRange(WindowAfter(echo: 0), 5, 8);
        Assert.InRange(WindowAfter(echo: -20), 20, 40);
    }

    [Fact]
    public void A_real_loss_stays_one()
    {
        Ladder ladder = Flow(timestamps: true);
        List<Sent> again = LoseFirst(ladder, sack: true);
        ladder.Wait(RoundTrip);
        ladder.Send(new() { Ack = End(Segments), TsEcr = TsVal(again) });
        Assert.Equal(0, ladder.Stack.Counters.SpuriousLosses);
    }

    [Fact]
    public void An_acknowledgment_that_stops_before_what_was_sent_again_says_nothing_of_it()
    {
        Ladder ladder = Flow(timestamps: true);
        ladder.Send(new() { Ack = 1, Sack = [(End(3), End(4)), (End(5), End(9))], TsEcr = 0 });
        List<Sent> again = ladder.Drain();
        uint before = TsVal(again) - 20;
        Assert.Equal([1, End(4)], again.Where(s => s.Seq < End(9)).Select(s => s.Seq));
        // The first hole is filled by what was sent again, the second one's was merged into the same acknowledgment.
        ladder.Wait(RoundTrip);
        ladder.Send(new() { Ack = End(3), TsEcr = TsVal(again) });
        ladder.Send(new() { Ack = End(9), TsEcr = TsVal(again) });
        Assert.Equal(0, ladder.Stack.Counters.SpuriousLosses);
        Assert.NotEqual(before, TsVal(again));
    }

    [Fact]
    public void D_sacks_of_all_that_was_sent_again_take_the_reduction_back()
    {
        Ladder ladder = Flow(timestamps: false);
        ladder.Send(new() { Ack = 1, Sack = [(End(2, false), End(9, false))] });
        ladder.Drain();
        ladder.Send(new() { Ack = End(Segments, false) });
        Assert.Equal(0, ladder.Stack.Counters.SpuriousLosses);
        ladder.Send(new() { Ack = End(Segments, false), Sack = [(1, End(1, false))] });
        Assert.Equal(0, ladder.Stack.Counters.SpuriousLosses);
        ladder.Send(new() { Ack = End(Segments, false), Sack = [(End(1, false), End(2, false))] });
        Assert.Equal(1, ladder.Stack.Counters.SpuriousLosses);
        Assert.InRange(Window(ladder, timestamps: false), 10, 40);
    }

    [Fact]
    public void A_d_sack_of_anything_else_takes_nothing_back()
    {
        Ladder ladder = Flow(timestamps: false);
        ladder.Send(new() { Ack = 1, Sack = [(End(1, false), End(9, false))] });
        ladder.Drain();
        ladder.Send(new() { Ack = End(Segments, false) });
        for (int i = 4; i < 9; i++)
            ladder.Send(new() { Ack = End(Segments, false), Sack = [(End(i, false), End(i + 1, false))] });
        Assert.Equal(0, ladder.Stack.Counters.SpuriousLosses);
    }

    [Fact]
    public void A_pause_of_the_path_taken_for_a_loss_costs_nothing_and_sends_little_again()
    {
        Ladder ladder = Flow(timestamps: true);
        List<Sent> again = [];
        while (ladder.Stack.Counters.Timeouts == 0)
        {
            ladder.Wait(10 * Ladder.Ms);
            List<Sent> sent = ladder.Drain();
            if (ladder.Stack.Counters.Timeouts > 0)
                again = sent;
        }
        Assert.Equal(1, again[0].Seq);
        ladder.Wait(RoundTrip);
        uint before = TsVal(again) - 200;
        for (int i = 2; i <= Segments; i += 2)
            ladder.Input(new() { Ack = End(i), TsEcr = before });
        ladder.Flush();
        Assert.Equal(1, ladder.Stack.Counters.SpuriousLosses);
        List<Sent> next = ladder.Drain();
        Assert.True(next.Min(s => s.Seq) >= End(Segments), "text that had arrived was sent again");
        Assert.InRange(next.Sum(s => s.Length) / 1448, 10, 20);
    }

    [Fact]
    public void What_arrives_before_it_could_be_sent_again_was_not_lost()
    {
        Ladder ladder = Flow(timestamps: false);
        ladder.DeviceIsFull = true;
        ladder.Send(new() { Ack = 1, Sack = [(End(1, false), End(4, false))] });
        ladder.Send(new() { Ack = End(Segments, false) });
        Assert.Equal(1, ladder.Stack.Counters.FastRecoveries);
        Assert.Equal(1, ladder.Stack.Counters.SpuriousLosses);
        ladder.DeviceIsFull = false;
        ladder.Wait(2 * Ladder.Ms);
        Assert.InRange(Window(ladder, timestamps: false), 10, 40);
    }

    /// <summary>Three reports, or three duplicates, behind the first segment make it lost.</summary>
    private static List<Sent> LoseFirst(Ladder ladder, bool sack)
    {
        for (int i = 2; i <= 4; i++)
            ladder.Send(new() { Ack = 1, Sack = sack ? [(End(1), End(i))] : [], TsEcr = 0 });
        List<Sent> again = [.. ladder.Drain().Where(s => s.Seq == 1)];
        Assert.Single(again);
        return again;
    }
}
