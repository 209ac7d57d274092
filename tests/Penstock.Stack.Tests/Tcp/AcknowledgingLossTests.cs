using System.Collections.Generic;
using System.Linq;
using Penstock.Wire.Tcp;
using Xunit;

namespace Penstock.Stack.Tests.Tcp;

/// <summary>How a batch is acknowledged where packets get lost: in pairs, so that no single acknowledgment decides.</summary>
public class AcknowledgingLossTests
{
    private const int Size = 1000;

    [Fact]
    public void Behind_a_gap_every_second_segment_is_acknowledged()
    {
        Ladder ladder = Ladder.Established();
        for (int i = 1; i <= 7; i++)
            Input(ladder, i);
        Assert.Equal([1, 1, 1], Acks(ladder));
        ladder.Flush();
        Assert.Equal([1], Acks(ladder));
        ladder.ExpectNothing();
    }

    [Fact]
    public void Every_gap_of_a_batch_is_told_though_an_acknowledgment_holds_three()
    {
        Ladder ladder = Ladder.Established();
        HashSet<(long, long)> expected = [];
        for (int i = 1; i <= 15; i += 2)
        {
            Input(ladder, i);
            expected.Add((1 + i * Size, 1 + (i + 1) * Size));
        }
        ladder.Flush();
        List<Sent> sent = ladder.Drain();
        Assert.Equal(expected, [.. sent.SelectMany(ack => ack.Blocks)]);
    }

    [Fact]
    public void Text_that_comes_twice_is_a_sign_that_acknowledgments_are_lost()
    {
        Ladder ladder = Ladder.Established();
        ladder.Send(new() { Ack = 1, Length = Size });
        ladder.Expect(TcpFlags.Ack, ack: 1001);
        Input(ladder, 0);
        ladder.Flush();
        ladder.Expect(TcpFlags.Ack, ack: 1001);
        for (int i = 1; i <= 4; i++)
            Input(ladder, i);
        Assert.Equal([3001, 5001], Acks(ladder));
        ladder.Flush();
        ladder.ExpectNothing();
    }

    [Fact]
    public void Every_duplicate_of_a_batch_is_reported_neighbours_as_one()
    {
        Ladder ladder = Ladder.Established();
        ladder.Send(new() { Ack = 1, Length = 8 * Size, SegmentSize = Size });
        ladder.Drain();
        foreach (int i in new[] { 0, 2, 3, 6 })
            Input(ladder, i);
        ladder.Flush();
        Assert.Equal([(1, 1001), (2001, 4001), (6001, 7001)], ladder.Drain().SelectMany(sent => sent.Blocks));
    }

    [Fact]
    public void Text_that_is_new_in_part_only_is_such_a_sign_too()
    {
        Ladder ladder = Ladder.Established();
        ladder.Send(new() { Ack = 1, Length = Size });
        ladder.Expect(TcpFlags.Ack, ack: 1001);
        ladder.Input(new() { Seq = 501, Ack = 1, Length = Size });
        ladder.Input(new() { Seq = 1501, Ack = 1, Length = Size });
        ladder.Expect(TcpFlags.Ack, ack: 2501);
    }

    [Fact]
    public void Pairs_do_not_wait_for_what_the_device_still_holds()
    {
        Ladder ladder = Ladder.Established();
        Input(ladder, 1);
        Input(ladder, 0);
        Assert.Equal([2001], Acks(ladder));
        Input(ladder, 2);
        ladder.Flush(moreToCome: true);
        ladder.Expect(TcpFlags.Ack, ack: 3001);
    }

    [Fact]
    public void A_batch_draws_one_acknowledgment_again_when_nothing_has_been_lost_for_a_while()
    {
        Ladder ladder = Ladder.Established();
        Input(ladder, 1);
        Input(ladder, 0);
        ladder.Flush();
        ladder.Drain();
        int next = 2;
        for (; next < 300; next++)
        {
            Input(ladder, next);
            ladder.Flush();
        }
        ladder.Drain();
        for (int i = 0; i < 10; i++)
            Input(ladder, next++);
        ladder.ExpectNothing();
        ladder.Flush();
        ladder.Expect(TcpFlags.Ack, ack: 1 + next * Size);
        ladder.ExpectNothing();
    }

    private static void Input(Ladder ladder, int index) => ladder.Input(new() { Seq = 1 + index * Size, Ack = 1, Length = Size });

    private static long[] Acks(Ladder ladder) => [.. ladder.Drain().Select(sent => sent.Ack)];
}
