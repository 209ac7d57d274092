using System.Linq;
using Penstock.Stack.Tcp;
using Penstock.Wire.Tcp;
using Xunit;

namespace Penstock.Stack.Tests.Tcp;

/// <summary>Zero-window probes and keep-alive.</summary>
public class ProbeTests
{
    private static Ladder Shut()
    {
        Ladder ladder = Ladder.Established(new() { PeerScale = -1, PeerWindow = 2000 });
        ladder.Write(2000);
        ladder.Drain();
        ladder.Send(new() { Ack = 2001, Window = 0 });
        ladder.Write(5000);
        ladder.ExpectNothing();
        return ladder;
    }

    [Fact]
    public void A_shut_window_is_probed_ever_more_rarely()
    {
        Ladder ladder = Shut();
        ladder.Wait(250 * Ladder.Ms);
        Sent probe = ladder.Expect(TcpFlags.Ack, seq: 2000, length: 0);
        Assert.Equal(2000, probe.Seq);
        ladder.Send(new() { Ack = 2001, Window = 0 });
        ladder.Wait(300 * Ladder.Ms);
        ladder.ExpectNothing();
        ladder.Wait(150 * Ladder.Ms);
        ladder.Expect(TcpFlags.Ack, seq: 2000);
        Assert.Equal(2, ladder.Stack.Counters.WindowProbes);
    }

    [Fact]
    public void A_window_that_opens_lets_text_leave_at_once()
    {
        Ladder ladder = Shut();
        ladder.Send(new() { Ack = 2001, Window = 4000 });
        ladder.Expect(seq: 2001, length: 2920);
    }

    [Fact]
    public void A_peer_that_answers_probes_is_never_given_up()
    {
        Ladder ladder = Shut();
        for (int i = 0; i < 600; i++)
        {
            ladder.Wait(Ladder.Second);
            foreach (Sent _ in ladder.Drain())
                ladder.Send(new() { Ack = 2001, Window = 0 });
        }
        Assert.Null(ladder.Host.Ended);
        Assert.Equal(TcpState.Established, ladder.Connection.Status);
    }

    [Fact]
    public void A_peer_that_does_not_answer_probes_is_given_up()
    {
        Ladder ladder = Shut();
        ladder.Wait(400 * Ladder.Second);
        Assert.Equal(TcpEnd.TimedOut, ladder.Host.Ended);
        ladder.ExpectNoLeak();
    }

    [Fact]
    public void A_fin_waits_for_a_shut_window_and_leaves_behind_the_text()
    {
        Ladder ladder = Shut();
        ladder.Connection.ShutdownSend();
        ladder.Flush();
        ladder.ExpectNothing();
        ladder.Send(new() { Ack = 2001, Window = 10_000 });
        Assert.True(ladder.Drain().Last().Flags.HasFlag(TcpFlags.Fin));
    }

    [Fact]
    public void A_fin_alone_before_a_shut_window_is_the_probe_and_is_repeated_until_taken()
    {
        Ladder ladder = Ladder.Established(new() { PeerScale = -1, PeerWindow = 2000 });
        ladder.Write(2000);
        ladder.Drain();
        ladder.Send(new() { Ack = 2001, Window = 0 });
        ladder.Connection.ShutdownSend();
        ladder.Flush();
        ladder.ExpectNothing();
        ladder.Wait(250 * Ladder.Ms);
        ladder.Expect(TcpFlags.Fin | TcpFlags.Ack | TcpFlags.Psh, seq: 2001, length: 0);
        ladder.Send(new() { Ack = 2001, Window = 0 });
        ladder.Wait(500 * Ladder.Ms);
        ladder.Expect(TcpFlags.Fin | TcpFlags.Ack | TcpFlags.Psh, seq: 2001, length: 0);
        ladder.Send(new() { Ack = 2002, Window = 0 });
        Assert.Equal(TcpState.FinWait2, ladder.Connection.Status);
    }

    [Fact]
    public void A_window_that_shrinks_under_what_is_in_flight_is_borne()
    {
        Ladder ladder = Ladder.Established(new() { PeerScale = -1, PeerWindow = 20_000 });
        ladder.Write(14_600);
        ladder.Drain();
        ladder.Send(new() { Ack = 1461, Window = 0 });
        ladder.Wait(5 * Ladder.Second);
        Assert.All(ladder.Drain(), s => Assert.True(s.Seq <= 14_601 - 1460 || s.Length <= 1460));
        ladder.Send(new() { Ack = 1461, Window = 20_000 });
        for (int i = 0; i < 20 && ladder.Connection.Unacknowledged > 0; i++)
        {
            ladder.Wait(Ladder.Second);
            ladder.Send(new() { Ack = 14_601 });
        }
        Assert.Equal(0, ladder.Connection.Unacknowledged);
    }

    [Fact]
    public void Keep_alive_is_off_unless_asked_for()
    {
        Ladder ladder = Ladder.Established();
        ladder.Wait(100_000L * Ladder.Second);
        ladder.ExpectNothing();
        Assert.Equal(long.MaxValue, ladder.Stack.NextDeadline);
    }

    [Fact]
    public void A_silent_peer_is_probed_and_given_up()
    {
        Ladder ladder = Ladder.Established(new() { Tcp = new() { KeepAliveAfter = 60 * Ladder.Second, KeepAliveInterval = 10 * Ladder.Second, KeepAliveProbes = 3 } });
        ladder.Wait(59 * Ladder.Second);
        ladder.ExpectNothing();
        ladder.Wait(2 * Ladder.Second);
        ladder.Expect(TcpFlags.Ack, seq: 0, length: 0);
        ladder.Wait(40 * Ladder.Second);
        Assert.Equal(2, ladder.Drain().Count(s => s.Flags == TcpFlags.Ack));
        Assert.Equal(TcpEnd.TimedOut, ladder.Host.Ended);
    }

    [Fact]
    public void A_peer_that_answers_keep_alives_stays()
    {
        Ladder ladder = Ladder.Established(new() { Tcp = new() { KeepAliveAfter = 60 * Ladder.Second, KeepAliveInterval = 10 * Ladder.Second, KeepAliveProbes = 3 } });
        for (int i = 0; i < 100; i++)
        {
            ladder.Wait(10 * Ladder.Second);
            if (ladder.Drain().Count > 0)
                ladder.Send(new() { Ack = 1 });
        }
        Assert.Null(ladder.Host.Ended);
        Assert.InRange(ladder.Stack.Counters.KeepAlives, 10, 20);
    }

    [Fact]
    public void A_keep_alive_of_the_peer_is_answered()
    {
        Ladder ladder = Ladder.Established();
        ladder.Send(new() { Seq = 0, Ack = 1 });
        ladder.Expect(TcpFlags.Ack, seq: 1, ack: 1);
        ladder.Send(new() { Seq = 0, Ack = 1, Length = 1 });
        ladder.Expect(TcpFlags.Ack, seq: 1, ack: 1);
    }
}
