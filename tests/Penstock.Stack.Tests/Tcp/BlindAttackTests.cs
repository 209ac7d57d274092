using Penstock.Stack.Tcp;
using Penstock.Wire.Tcp;
using Xunit;

namespace Penstock.Stack.Tests.Tcp;

/// <summary>RFC 5961: someone who does not see the traffic guesses numbers.</summary>
public class BlindAttackTests
{
    [Theory]
    [InlineData(2)]
    [InlineData(30_000)]
    public void A_reset_within_the_window_but_not_exact_draws_a_challenge(int seq)
    {
        Ladder ladder = Ladder.Established();
        ladder.Send(new() { Seq = seq, Flags = TcpFlags.Rst });
        ladder.Expect(TcpFlags.Ack, seq: 1, ack: 1, length: 0);
        Assert.Equal(TcpState.Established, ladder.Connection.Status);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1000)]
    [InlineData(10_000_000)]
    public void A_reset_outside_the_window_is_dropped(int seq)
    {
        Ladder ladder = Ladder.Established();
        ladder.Send(new() { Seq = seq, Flags = TcpFlags.Rst });
        ladder.ExpectNothing();
        Assert.Equal(TcpState.Established, ladder.Connection.Status);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(100)]
    [InlineData(-5)]
    [InlineData(10_000_000)]
    public void A_syn_draws_a_challenge_whatever_its_number(int seq)
    {
        Ladder ladder = Ladder.Established();
        ladder.Send(new() { Seq = seq, Flags = TcpFlags.Syn });
        ladder.Expect(TcpFlags.Ack, seq: 1, ack: 1, length: 0);
        Assert.Equal(TcpState.Established, ladder.Connection.Status);
    }

    [Fact]
    public void A_peer_that_restarted_answers_the_challenge_and_may_open_again()
    {
        Ladder ladder = Ladder.Established();
        ladder.Send(new() { Seq = 500_000, Flags = TcpFlags.Syn });
        Sent challenge = ladder.Expect(TcpFlags.Ack);
        ladder.Send(new() { Seq = challenge.Ack, Flags = TcpFlags.Rst });
        Assert.Equal(TcpEnd.PeerReset, ladder.Host.Ended);
        ladder.SendSyn(ladder.PeerIsn + 500_000);
        ladder.Expect(TcpFlags.Syn | TcpFlags.Ack);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(1_000_000)]
    public void An_acknowledgment_of_what_was_never_sent_draws_a_challenge_and_its_text_is_dropped(int ack)
    {
        Ladder ladder = Ladder.Established();
        ladder.Send(new() { Ack = ack, Length = 100 });
        ladder.Expect(TcpFlags.Ack, seq: 1, ack: 1);
        Assert.Empty(ladder.Host.Text);
    }

    [Fact]
    public void An_acknowledgment_older_than_a_window_draws_a_challenge_and_its_text_is_dropped()
    {
        Ladder ladder = Ladder.Established(new() { PeerScale = -1, PeerWindow = 1000 });
        ladder.Send(new() { Ack = -2000, Length = 100 });
        ladder.Expect(TcpFlags.Ack, ack: 1);
        Assert.Empty(ladder.Host.Text);
    }

    [Fact]
    public void An_acknowledgment_that_was_overtaken_does_not_lose_its_text()
    {
        Ladder ladder = Ladder.Established();
        ladder.Write(100);
        ladder.Send(new() { Ack = 101 });
        ladder.Drain();
        ladder.Send(new() { Ack = 51, Length = 10 });
        Assert.Equal(10, ladder.Host.Text.Count);
    }

    [Fact]
    public void Challenges_are_limited_over_all_connections()
    {
        Ladder ladder = Ladder.Established(new() { Tcp = new() { ChallengeAcksPerSecond = 5 } });
        for (int i = 0; i < 100; i++)
            ladder.Send(new() { Seq = 1000, Flags = TcpFlags.Rst });
        Assert.Equal(5, ladder.Drain().Count);
        ladder.Wait(Ladder.Second);
        ladder.Send(new() { Seq = 1000, Flags = TcpFlags.Rst });
        ladder.Expect(TcpFlags.Ack);
    }

    [Fact]
    public void Bare_segments_outside_the_window_cannot_make_two_stacks_echo_for_ever()
    {
        Ladder ladder = Ladder.Established(new() { Tcp = new() { ChallengeAcksPerSecond = 5 } });
        for (int i = 0; i < 100; i++)
            ladder.Send(new() { Seq = -10, Ack = 1 });
        Assert.Equal(5, ladder.Drain().Count);
    }

    [Fact]
    public void A_segment_without_ack_is_dropped()
    {
        Ladder ladder = Ladder.Established();
        ladder.Send(new() { Flags = TcpFlags.None, Length = 100 });
        ladder.ExpectNothing();
        Assert.Empty(ladder.Host.Text);
    }

    [Fact]
    public void Urgent_text_is_text()
    {
        Ladder ladder = Ladder.Established();
        ladder.Send(new() { Ack = 1, Flags = TcpFlags.Ack | TcpFlags.Urg, Length = 100 });
        Assert.Equal(100, ladder.Host.Text.Count);
    }
}
