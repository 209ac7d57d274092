using Penstock.Wire.Tcp;
using Xunit;

namespace Penstock.Stack.Tests.Tcp;

/// <summary>RFC 7323 (3 to 5).</summary>
public class TimestampTests
{
    private static Ladder Established() => Ladder.Established(new() { PeerTimestamps = true });

    [Fact]
    public void Every_segment_carries_a_clock_that_ticks_in_milliseconds_and_the_peers()
    {
        Ladder ladder = Established();
        ladder.Send(new() { Ack = 1, Length = 10, TsVal = ladder.PeerClock + 5 });
        Sent first = ladder.Expect();
        Assert.Equal(ladder.PeerClock + 5, first.Header.Options.TsEcr);
        ladder.Wait(40 * Ladder.Ms);
        ladder.Write(10);
        Assert.Equal(first.Header.Options.TsVal + 40, ladder.Expect().Header.Options.TsVal);
    }

    [Fact]
    public void Text_with_an_old_timestamp_is_dropped_and_answered()
    {
        Ladder ladder = Established();
        ladder.Send(new() { Ack = 1, Length = 10 });
        ladder.Drain();
        ladder.Send(new() { Seq = 11, Ack = 1, Length = 10, TsVal = ladder.PeerClock - 1 });
        ladder.Expect(TcpFlags.Ack, ack: 11);
        Assert.Equal(10, ladder.Host.Text.Count);
        Assert.Equal(1, ladder.Stack.Counters.PawsDrops);
    }

    [Fact]
    public void A_reset_is_exempt()
    {
        Ladder ladder = Established();
        ladder.Send(new() { Flags = TcpFlags.Rst, TsVal = 1 });
        Assert.NotNull(ladder.Host.Ended);
    }

    [Fact]
    public void A_segment_without_is_dropped_once_they_were_agreed()
    {
        Ladder ladder = Established();
        ladder.Send(new() { Ack = 1, Length = 10, WithoutTimestamps = true });
        ladder.ExpectNothing();
        Assert.Empty(ladder.Host.Text);
    }

    [Fact]
    public void The_clock_of_a_segment_before_its_turn_is_not_echoed()
    {
        Ladder ladder = Established();
        uint early = ladder.PeerClock;
        ladder.Send(new() { Seq = 1, Ack = 1, Length = 10, TsVal = early });
        ladder.Drain();
        ladder.Send(new() { Seq = 21, Ack = 1, Length = 10, TsVal = early + 50 });
        Assert.Equal(early, ladder.Expect().Header.Options.TsEcr);
        ladder.Send(new() { Seq = 11, Ack = 1, Length = 10, TsVal = early + 60 });
        Assert.Equal(early + 60, ladder.Expect().Header.Options.TsEcr);
    }

    [Fact]
    public void The_clock_of_an_unacceptable_segment_is_not_remembered()
    {
        Ladder ladder = Established();
        ladder.Send(new() { Seq = -100_000, Ack = 1, Length = 10, TsVal = ladder.PeerClock + 1_000_000 });
        ladder.Drain();
        ladder.Send(new() { Ack = 1, Length = 10 });
        Assert.Equal(10, ladder.Host.Text.Count);
    }

    [Fact]
    public void A_clock_that_wraps_is_not_old()
    {
        Ladder ladder = Ladder.Established(new() { PeerTimestamps = true });
        uint clock = ladder.PeerClock;
        uint step = 0x7000_0000;
        for (int i = 0; i < 4; i++)
            ladder.Send(new() { Seq = 1 + i * 10, Ack = 1, Length = 10, TsVal = clock += step });
        Assert.Equal(40, ladder.Host.Text.Count);
    }

    [Fact]
    public void After_twenty_four_idle_days_any_clock_is_believed()
    {
        Ladder ladder = Established();
        ladder.Send(new() { Ack = 1, Length = 10 });
        uint clock = ladder.PeerClock;
        ladder.Wait(25L * 86400 * Ladder.Second);
        ladder.Send(new() { Seq = 11, Ack = 1, Length = 10, TsVal = clock - 1000 });
        Assert.Equal(20, ladder.Host.Text.Count);
    }

    [Fact]
    public void They_take_their_room_from_the_text()
    {
        Ladder ladder = Established();
        ladder.Write(20_000);
        Assert.Equal(1448, ladder.Expect().SegmentSize);
    }
}
