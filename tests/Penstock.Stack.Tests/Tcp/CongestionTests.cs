using System.Collections.Generic;
using System.Linq;
using Penstock.Stack.Tcp;
using Xunit;

namespace Penstock.Stack.Tests.Tcp;

/// <summary>How the congestion window moves, seen from what is in flight.</summary>
public class CongestionTests
{
    private const int Mss = 1460;
    private int _roundTrip;

    /// <summary>A flow over a path of a given length.</summary>
    private Ladder Flow(CongestionAlgorithm algorithm, int roundTrip = 200 * Ladder.Ms)
    {
        _roundTrip = roundTrip;
        Ladder ladder = Ladder.SynReceived(new() { PeerScale = 8, Tcp = new() { Congestion = algorithm } });
        ladder.Wait(_roundTrip);
        ladder.Send(new() { Ack = 1 });
        return ladder;
    }

    /// <summary>Segments in flight, which a round trip later are all acknowledged, by one acknowledgment or by a batch of them.</summary>
    private int Flight(Ladder ladder, bool byBatch = false)
    {
        List<Sent> sent = ladder.Drain();
        long end = sent.Max(s => s.Seq + s.Length);
        ladder.Wait(_roundTrip);
        if (byBatch)
        {
            for (long ack = sent.Min(s => s.Seq) + 2 * Mss; ack < end; ack += 2 * Mss)
                ladder.Input(new() { Ack = ack });
        }
        ladder.Send(new() { Ack = end });
        return sent.Sum(s => s.Length) / Mss;
    }

    /// <summary>Where what is in flight begins and ends, a round trip later.</summary>
    private (long First, long End) Round(Ladder ladder)
    {
        List<Sent> sent = ladder.Drain();
        ladder.Wait(_roundTrip);
        return (sent.Min(s => s.Seq), sent.Max(s => s.Seq + s.Length));
    }

    [Theory]
    [InlineData(CongestionAlgorithm.Cubic, false)]
    [InlineData(CongestionAlgorithm.NewReno, false)]
    [InlineData(CongestionAlgorithm.Cubic, true)]
    [InlineData(CongestionAlgorithm.NewReno, true)]
    public void Slow_start_doubles_a_round_trip(CongestionAlgorithm algorithm, bool byBatch)
    {
        Ladder ladder = Flow(algorithm);
        ladder.Write(1000 * Mss);
        Assert.Equal([10, 20, 40, 80], Enumerable.Range(0, 4).Select(_ => Flight(ladder, byBatch)));
    }

    [Fact]
    public void Acknowledgments_of_a_batch_do_not_make_a_loss_dearer()
    {
        Ladder ladder = Flow(CongestionAlgorithm.NewReno);
        ladder.Write(1000 * Mss);
        for (int i = 0; i < 3; i++)
            Flight(ladder);
        (long first, long end) = Round(ladder);
        for (int i = 2; i <= 70; i += 2)
            ladder.Input(new() { Ack = first + i * Mss });
        ladder.Send(new() { Ack = first + 70 * Mss, Sack = [(first + 71 * Mss, end)] });
        end = ladder.Drain().Max(s => s.Seq + s.Length);
        ladder.Wait(_roundTrip);
        ladder.Send(new() { Ack = end });
        // 80 segments in flight and 70 more by their acknowledgments: half of it, not half of the ten that were left.
        Assert.InRange(Flight(ladder), 70, 80);
    }

    [Fact]
    public void A_window_that_is_not_used_does_not_grow()
    {
        Ladder ladder = Flow(CongestionAlgorithm.NewReno);
        for (int i = 0; i < 20; i++)
        {
            ladder.Write(4 * Mss);
            Assert.Equal(4, Flight(ladder, byBatch: true));
        }
        ladder.Write(1000 * Mss);
        Assert.Equal(10, Flight(ladder));
    }

    [Fact]
    public void Cubic_is_no_slower_than_reno_on_a_short_path()
    {
        Ladder ladder = Flow(CongestionAlgorithm.Cubic, 10 * Ladder.Ms);
        int[] rounds = AfterLoss(ladder, 40);
        // Half a segment a round trip, RFC 9438 (4.3), where the cubic curve alone would stand nearly still.
        Assert.InRange(rounds[39] - rounds[0], 15, 30);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void New_reno_adds_a_segment_a_round_trip_after_a_loss(bool byBatch)
    {
        Ladder ladder = Flow(CongestionAlgorithm.NewReno);
        int[] rounds = AfterLoss(ladder, 6, byBatch);
        for (int i = 1; i < rounds.Length; i++)
            Assert.InRange(rounds[i] - rounds[i - 1], 0, 2);
        Assert.InRange(rounds[^1] - rounds[0], 4, 6);
    }

    [Fact]
    public void Cubic_is_back_at_the_old_window_when_its_curve_is_flat_and_then_probes_beyond()
    {
        Ladder ladder = Flow(CongestionAlgorithm.Cubic);
        int[] rounds = AfterLoss(ladder, 41);
        // W_max is 80 segments; K = cbrt(80 * 0.3 / 0.4) = 3.9 s, 19.6 round trips.
        Assert.InRange(rounds[0], 56, 62);
        Assert.InRange(rounds[10], 74, 79);
        Assert.InRange(rounds[20], 78, 82);
        Assert.InRange(rounds[40], 95, 115);
    }

    /// <summary>Eighty segments in flight, one of them lost; then the flights of the rounds that follow recovery.</summary>
    private int[] AfterLoss(Ladder ladder, int count, bool byBatch = false)
    {
        ladder.Write(12_000 * Mss);
        for (int i = 0; i < 3; i++)
            Flight(ladder);
        (long first, long end) = Round(ladder);
        ladder.Send(new() { Ack = first, Sack = [(first + Mss, end)] });
        List<Sent> sent = ladder.Drain();
        Assert.Equal(first, sent[0].Seq);
        end = sent.Max(s => s.Seq + s.Length);
        ladder.Wait(_roundTrip);
        ladder.Send(new() { Ack = end });
        return [.. Enumerable.Range(0, count).Select(_ => Flight(ladder, byBatch))];
    }
}
