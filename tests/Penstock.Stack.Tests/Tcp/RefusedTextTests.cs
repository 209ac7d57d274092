using System.Linq;
using Penstock.Stack.Buffers;
using Penstock.Stack.Tcp;
using Penstock.Wire.Tcp;
using Xunit;

namespace Penstock.Stack.Tests.Tcp;

/// <summary>A host at its memory budget: text that it refuses counts as never arrived, and nothing else is lost.</summary>
public class RefusedTextTests
{
    private readonly Ladder _ladder = Ladder.Established();

    private RecordingHost Host => _ladder.Host;

    [Fact]
    public void Refused_text_is_not_acknowledged_and_is_taken_when_it_comes_again()
    {
        Host.RefusesText = true;
        _ladder.Send(new() { Seq = 1, Ack = 1, Length = 1000 });
        _ladder.ExpectNothing();
        Assert.Equal(1, _ladder.Stack.Counters.TextDropped);
        Assert.Equal(0, _ladder.Stack.Counters.TextIn);
        Host.RefusesText = false;
        _ladder.Send(new() { Seq = 1, Ack = 1, Length = 1000 });
        _ladder.Expect(TcpFlags.Ack, ack: 1001);
        AssertText(1000);
        _ladder.ExpectNoLeak();
    }

    [Fact]
    public void A_refusal_does_not_take_from_the_window()
    {
        Host.ConsumesAtOnce = false;
        Host.RefusesText = true;
        for (int i = 0; i < 100; i++)
            _ladder.Send(new() { Seq = 1, Ack = 1, Length = 60_000 });
        Host.RefusesText = false;
        _ladder.Send(new() { Seq = 1, Ack = 1, Length = 60_000 });
        Assert.Equal(60_001, _ladder.Drain().Last().Ack);
        Host.ConsumeAll();
        _ladder.ExpectNoLeak();
    }

    [Fact]
    public void Text_behind_a_refused_one_waits_for_it()
    {
        Host.RefusesText = true;
        _ladder.Send(new() { Seq = 1, Ack = 1, Length = 500 });
        Host.RefusesText = false;
        _ladder.Send(new() { Seq = 501, Ack = 1, Length = 500 });
        Assert.Equal(1, _ladder.Drain().Last().Ack);
        Assert.Empty(Host.Text);
        _ladder.Send(new() { Seq = 1, Ack = 1, Length = 500 });
        Assert.Equal(1001, _ladder.Drain().Last().Ack);
        AssertText(1000);
        _ladder.ExpectNoLeak();
    }

    [Fact]
    public void What_waits_behind_a_gap_survives_a_refusal_of_the_text_that_fills_it()
    {
        _ladder.Send(new() { Seq = 501, Ack = 1, Length = 500 });
        Host.RefusesText = true;
        _ladder.Send(new() { Seq = 1, Ack = 1, Length = 500 });
        Assert.Equal(1, _ladder.Drain().Last().Ack);
        Host.RefusesText = false;
        _ladder.Send(new() { Seq = 1, Ack = 1, Length = 500 });
        Assert.Equal(1001, _ladder.Drain().Last().Ack);
        AssertText(1000);
        _ladder.ExpectNoLeak();
    }

    [Fact]
    public void What_waited_and_is_refused_in_its_turn_is_offered_again_once_the_host_has_used_up_something()
    {
        Host.ConsumesAtOnce = false;
        _ladder.Send(new() { Seq = 501, Ack = 1, Length = 500 });
        Host.WhenText = _ => Host.RefusesText = true;
        _ladder.Send(new() { Seq = 1, Ack = 1, Length = 500 });
        Assert.Equal(501, _ladder.Drain().Last().Ack);
        Host.RefusesText = false;
        Host.WhenText = null;
        Host.ConsumeAll();
        _ladder.Flush();
        Assert.Equal(1001, _ladder.Drain().Last().Ack);
        Host.ConsumeAll();
        AssertText(1000);
        _ladder.ExpectNoLeak();
    }

    [Fact]
    public void What_waited_and_is_refused_in_its_turn_is_offered_again_with_any_segment()
    {
        _ladder.Send(new() { Seq = 501, Ack = 1, Length = 500 });
        Host.WhenText = _ => Host.RefusesText = true;
        _ladder.Send(new() { Seq = 1, Ack = 1, Length = 500 });
        Host.RefusesText = false;
        Host.WhenText = null;
        _ladder.Send(new() { Seq = 501, Ack = 1, Length = 500 });
        Assert.Equal(1001, _ladder.Drain().Last().Ack);
        AssertText(1000);
        _ladder.ExpectNoLeak();
    }

    [Fact]
    public void What_is_taken_behind_a_duplicate_acknowledgment_is_acknowledged_as_well()
    {
        Ladder ladder = Ladder.Established(new() { PeerSack = false });
        ladder.Send(new() { Seq = 501, Ack = 1, Length = 500 });
        ladder.Host.WhenText = _ => ladder.Host.RefusesText = true;
        ladder.Send(new() { Seq = 1, Ack = 1, Length = 500 });
        ladder.Host.RefusesText = false;
        ladder.Host.WhenText = null;
        // This one waits for its turn, which a peer without SACK is told at once; then what was refused is taken.
        ladder.Send(new() { Seq = 1501, Ack = 1, Length = 500 });
        Assert.Equal(1001, ladder.Drain().Last().Ack);
    }

    [Fact]
    public void A_fin_waits_for_refused_text()
    {
        Host.RefusesText = true;
        _ladder.Send(new() { Seq = 1, Ack = 1, Length = 500, Flags = TcpFlags.Ack | TcpFlags.Fin });
        Assert.DoesNotContain("fin", Host.Events);
        Assert.Equal(TcpState.Established, _ladder.Connection.Status);
        Host.RefusesText = false;
        _ladder.Send(new() { Seq = 1, Ack = 1, Length = 500, Flags = TcpFlags.Ack | TcpFlags.Fin });
        Assert.Equal(502, _ladder.Drain().Last().Ack);
        Assert.Equal("fin", Host.Events.Last());
        AssertText(500);
    }

    [Fact]
    public void Text_behind_a_gap_is_not_kept_when_the_budget_is_spent()
    {
        Ladder ladder = Ladder.Established(new() { Budget = 1024 });
        Lease rest = ladder.Pool.RentAlways(2048);
        ladder.Send(new() { Seq = 501, Ack = 1, Length = 60_000 });
        Assert.Equal(1, ladder.Stack.Counters.TextDropped);
        rest.Release();
        ladder.ExpectNoLeak();
    }

    private void AssertText(int count) => Assert.Equal(Enumerable.Range(1, count).Select(i => Ladder.TextByte(i)), Host.Text);
}
