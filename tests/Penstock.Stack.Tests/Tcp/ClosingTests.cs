using System.Linq;
using Penstock.Stack.Tcp;
using Penstock.Wire.Tcp;
using Xunit;

namespace Penstock.Stack.Tests.Tcp;

/// <summary>FIN, RST, half-close and TIME-WAIT, state by state.</summary>
public class ClosingTests
{
    [Fact]
    public void In_fin_wait_1_text_is_still_taken()
    {
        Ladder ladder = Ladder.FinWait1();
        ladder.Send(new() { Ack = 1, Length = 100 });
        ladder.Expect(TcpFlags.Ack, seq: 2, ack: 101);
        Assert.Equal(100, ladder.Host.Text.Count);
    }

    [Fact]
    public void In_fin_wait_2_text_is_still_taken_for_as_long_as_the_host_waits()
    {
        Ladder ladder = Ladder.FinWait2();
        ladder.Wait(1000 * Ladder.Second);
        ladder.Send(new() { Ack = 2, Length = 100 });
        ladder.Expect(TcpFlags.Ack, seq: 2, ack: 101);
        Assert.Equal(TcpState.FinWait2, ladder.Connection.Status);
    }

    [Fact]
    public void Fin_and_acknowledgment_of_ours_in_one_segment_lead_to_time_wait()
    {
        Ladder ladder = Ladder.FinWait1();
        ladder.Send(new() { Ack = 2, Flags = TcpFlags.Fin | TcpFlags.Ack });
        ladder.Expect(TcpFlags.Ack, seq: 2, ack: 2);
        Assert.Equal(TcpState.TimeWait, ladder.Connection.Status);
        Assert.Equal(["fin", "end Closed"], ladder.Host.Events.TakeLast(2));
    }

    [Fact]
    public void Closing_waits_for_the_acknowledgment_of_our_fin()
    {
        Ladder ladder = Ladder.Closing();
        ladder.Send(new() { Seq = 2, Ack = 2 });
        Assert.Equal(TcpState.TimeWait, ladder.Connection.Status);
        Assert.Equal(TcpEnd.Closed, ladder.Host.Ended);
    }

    [Fact]
    public void In_close_wait_text_may_still_be_sent()
    {
        Ladder ladder = Ladder.CloseWait();
        ladder.Write(500);
        ladder.Expect(TcpFlags.Ack | TcpFlags.Psh, seq: 1, ack: 2, length: 500);
        ladder.Send(new() { Seq = 2, Ack = 501 });
        Assert.Equal(TcpState.CloseWait, ladder.Connection.Status);
    }

    [Fact]
    public void Last_ack_ends_with_the_acknowledgment_and_without_time_wait()
    {
        Ladder ladder = Ladder.LastAck();
        ladder.Send(new() { Seq = 2, Ack = 2 });
        ladder.ExpectNothing();
        Assert.Equal(TcpEnd.Closed, ladder.Host.Ended);
        Assert.Equal(0, ladder.Stack.TimeWaitCount);
        Assert.False(ladder.Stack.Owns(ladder.Flow));
    }

    [Fact]
    public void A_fin_follows_all_queued_text()
    {
        Ladder ladder = Ladder.Established();
        ladder.Queue(50_000);
        ladder.Connection.ShutdownSend();
        ladder.Flush();
        long end = 1;
        Sent last = null!;
        while (ladder.Drain() is { Count: > 0 } sent)
        {
            last = sent.Last();
            end = last.Seq + last.Length;
            ladder.Send(new() { Ack = end + (last.Flags.HasFlag(TcpFlags.Fin) ? 1 : 0) });
        }
        Assert.Equal(50_001, end);
        Assert.True(last.Flags.HasFlag(TcpFlags.Fin));
        Assert.Equal(TcpState.FinWait2, ladder.Connection.Status);
    }

    [Fact]
    public void A_repeated_fin_is_acknowledged_again()
    {
        Ladder ladder = Ladder.CloseWait();
        ladder.Send(new() { Ack = 1, Flags = TcpFlags.Fin | TcpFlags.Ack });
        ladder.Expect(TcpFlags.Ack, ack: 2);
        Assert.Single(ladder.Host.Events, "fin");
    }

    [Fact]
    public void Text_behind_a_fin_is_ignored()
    {
        Ladder ladder = Ladder.CloseWait();
        ladder.Send(new() { Seq = 2, Ack = 1, Length = 100 });
        Assert.Empty(ladder.Host.Text);
        Assert.All(ladder.Drain(), s => Assert.Equal(2, s.Ack));
    }

    [Fact]
    public void Abort_sends_rst_at_the_next_number_and_tells_nobody()
    {
        Ladder ladder = Ladder.Established();
        ladder.Write(100);
        ladder.Drain();
        ladder.Connection.Abort();
        ladder.Expect(TcpFlags.Rst | TcpFlags.Ack, seq: 101, ack: 1);
        Assert.Null(ladder.Host.Ended);
        Assert.Equal(0, ladder.Stack.Count);
        ladder.ExpectNoLeak();
    }

    [Fact]
    public void Everything_may_be_called_on_a_connection_that_is_gone()
    {
        Ladder ladder = Ladder.Established();
        TcpConnection gone = ladder.Connection;
        gone.Abort();
        ladder.Drain();
        gone.Abort();
        gone.ShutdownSend();
        gone.Consume(0);
        gone.Accept();
        Assert.Equal(0, gone.SendSpace);
        Assert.True(ladder.Pool.TryRent(10, out var lease));
        gone.Send(lease);
        ladder.Flush();
        ladder.ExpectNothing();
        ladder.ExpectNoLeak();
    }

    [Theory]
    [InlineData(TcpState.Established)]
    [InlineData(TcpState.FinWait1)]
    [InlineData(TcpState.FinWait2)]
    [InlineData(TcpState.CloseWait)]
    [InlineData(TcpState.Closing)]
    [InlineData(TcpState.LastAck)]
    public void An_exact_rst_ends_every_state(TcpState state)
    {
        Ladder ladder = In(state);
        long next = state is TcpState.CloseWait or TcpState.Closing or TcpState.LastAck ? 2 : 1;
        ladder.Send(new() { Seq = next, Flags = TcpFlags.Rst });
        Assert.Equal(TcpEnd.PeerReset, ladder.Host.Ended);
        Assert.Equal(0, ladder.Stack.Count);
        ladder.ExpectNothing();
        ladder.ExpectNoLeak();
    }

    [Fact]
    public void Time_wait_ends_by_itself()
    {
        Ladder ladder = Ladder.TimeWait();
        Assert.Equal(0, ladder.Stack.Count);
        Assert.Equal(1, ladder.Stack.TimeWaitCount);
        Assert.False(ladder.Stack.TryFind(ladder.Flow, out _));
        ladder.Wait(Ladder.Second);
        Assert.Equal(0, ladder.Stack.TimeWaitCount);
        Assert.Equal(long.MaxValue, ladder.Stack.NextDeadline);
    }

    [Fact]
    public void A_repeated_fin_in_time_wait_is_acknowledged_and_starts_it_again()
    {
        Ladder ladder = Ladder.TimeWait();
        ladder.Wait(900 * Ladder.Ms);
        ladder.Send(new() { Ack = 2, Flags = TcpFlags.Fin | TcpFlags.Ack });
        ladder.Expect(TcpFlags.Ack, seq: 2, ack: 2);
        ladder.Wait(900 * Ladder.Ms);
        Assert.Equal(1, ladder.Stack.TimeWaitCount);
    }

    [Fact]
    public void A_reset_does_not_end_time_wait()
    {
        Ladder ladder = Ladder.TimeWait();
        ladder.Send(new() { Seq = 2, Flags = TcpFlags.Rst });
        Assert.Equal(1, ladder.Stack.TimeWaitCount);
    }

    [Fact]
    public void A_new_syn_ends_time_wait_and_opens()
    {
        Ladder ladder = Ladder.TimeWait();
        ladder.SendSyn(ladder.PeerIsn + 100_000);
        ladder.Expect(TcpFlags.Syn | TcpFlags.Ack, ack: 1);
        Assert.Equal(1, ladder.Stack.Count);
        Assert.Equal(0, ladder.Stack.TimeWaitCount);
    }

    [Fact]
    public void An_old_syn_does_not_end_time_wait()
    {
        Ladder ladder = Ladder.TimeWait();
        uint isn = ladder.PeerIsn;
        ladder.Send(new() { Seq = -5000, Flags = TcpFlags.Syn });
        ladder.Expect(TcpFlags.Ack);
        Assert.Equal(isn, ladder.PeerIsn);
        Assert.Equal(1, ladder.Stack.TimeWaitCount);
    }

    [Fact]
    public void With_timestamps_a_later_clock_is_enough_to_end_time_wait()
    {
        Ladder ladder = Ladder.TimeWait(new() { PeerTimestamps = true });
        ladder.Wait(10 * Ladder.Ms);
        ladder.SendSyn(ladder.PeerIsn - 100_000);
        ladder.Expect(TcpFlags.Syn | TcpFlags.Ack, ack: 1);
    }

    private static Ladder In(TcpState state) => state switch
    {
        TcpState.Established => Ladder.Established(),
        TcpState.FinWait1 => Ladder.FinWait1(),
        TcpState.FinWait2 => Ladder.FinWait2(),
        TcpState.CloseWait => Ladder.CloseWait(),
        TcpState.Closing => Ladder.Closing(),
        _ => Ladder.LastAck(),
    };
}
