using System.Collections.Generic;
using System.Linq;
using Xunit;
using static Penstock.Stack.Tests.Tcp.DistantFlow;

namespace Penstock.Stack.Tests.Tcp;

/// <summary>What was taken for lost and had only been late does not cost the flow its window.</summary>
public class SpuriousLossTests
{
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
        Ladder ladder = Start(timestamps: true, sack);
        List<Sent> again = LoseFirst(ladder, sack);
        uint before = TsVal(again) - 20;
        ladder.Send(new() { Ack = End(Segments, true), TsEcr = before });
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
            Ladder ladder = Start(timestamps: true);
            List<Sent> again = LoseFirst(ladder, sack: true);
            ladder.Wait(RoundTrip);
            ladder.Send(new() { Ack = End(Segments, true), TsEcr = (uint)(TsVal(again) + echo) });
            return Window(ladder, timestamps: true);
        }
        Assert.InRange(WindowAfter(echo: 0), 5, 8);
        Assert.InRange(WindowAfter(echo: -20), 20, 40);
    }

    [Fact]
    public void A_real_loss_stays_one()
    {
        Ladder ladder = Start(timestamps: true);
        List<Sent> again = LoseFirst(ladder, sack: true);
        ladder.Wait(RoundTrip);
        ladder.Send(new() { Ack = End(Segments, true), TsEcr = TsVal(again) });
        Assert.Equal(0, ladder.Stack.Counters.SpuriousLosses);
    }

    [Fact]
    public void An_acknowledgment_that_stops_before_what_was_sent_again_says_nothing_of_it()
    {
        Ladder ladder = Start(timestamps: true);
        ladder.Send(new() { Ack = 1, Sack = [(End(3, true), End(4, true)), (End(5, true), End(9, true))], TsEcr = 0 });
        List<Sent> again = ladder.Drain();
        Assert.Equal([1, End(4, true)], again.Where(s => s.Seq < End(9, true)).Select(s => s.Seq));
        // The first hole is filled by what was sent again, the second one's was merged into the same acknowledgment.
        ladder.Wait(RoundTrip);
        ladder.Send(new() { Ack = End(3, true), TsEcr = TsVal(again) });
        ladder.Send(new() { Ack = End(9, true), TsEcr = TsVal(again) });
        Assert.Equal(0, ladder.Stack.Counters.SpuriousLosses);
    }

    [Fact]
    public void D_sacks_of_all_that_was_sent_again_take_the_reduction_back()
    {
        Ladder ladder = Start(timestamps: false);
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
        Ladder ladder = Start(timestamps: false);
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
        Ladder ladder = Start(timestamps: true);
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
            ladder.Input(new() { Ack = End(i, true), TsEcr = before });
        ladder.Flush();
        Assert.Equal(1, ladder.Stack.Counters.SpuriousLosses);
        List<Sent> next = ladder.Drain();
        Assert.True(next.Min(s => s.Seq) >= End(Segments, true), "text that had arrived was sent again");
        Assert.InRange(next.Sum(s => s.Length) / 1448, 10, 20);
    }

    [Fact]
    public void What_arrives_before_it_could_be_sent_again_was_not_lost()
    {
        Ladder ladder = Start(timestamps: false);
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
            ladder.Send(new() { Ack = 1, Sack = sack ? [(End(1, true), End(i, true))] : [], TsEcr = 0 });
        List<Sent> again = [.. ladder.Drain().Where(s => s.Seq == 1)];
        Assert.Single(again);
        return again;
    }
}
