using Penstock.Stack.Tcp;
using Penstock.Wire.Ip;
using Penstock.Wire.Tcp;
using Xunit;

namespace Penstock.Stack.Tests.Tcp;

/// <summary>Segments of flows that have no connection.</summary>
public class StrangerTests
{
    [Fact]
    public void A_segment_with_ack_draws_rst_that_takes_its_number_from_it()
    {
        var ladder = new Ladder();
        ladder.Send(new() { Seq = 5, Ack = 4711, Length = 10 });
        Sent reset = ladder.Expect(TcpFlags.Rst);
        Assert.Equal(4711u, reset.Header.Seq.Value);
        Assert.Equal(["stranger"], ladder.Host.Events);
    }

    [Theory]
    [InlineData(TcpFlags.Rst)]
    [InlineData(TcpFlags.Rst | TcpFlags.Ack)]
    [InlineData(TcpFlags.Fin)]
    [InlineData(TcpFlags.None)]
    [InlineData(TcpFlags.Syn | TcpFlags.Fin)]
    [InlineData(TcpFlags.Syn | TcpFlags.Rst)]
    public void Segments_that_ask_for_no_answer_get_none(TcpFlags flags)
    {
        var ladder = new Ladder();
        ladder.Send(new() { Seq = 5, Ack = 1, Flags = flags });
        ladder.ExpectNothing();
        Assert.Equal(0, ladder.Stack.Count);
    }

    [Fact]
    public void A_syn_ack_draws_rst()
    {
        var ladder = new Ladder();
        ladder.Send(new() { Seq = 0, Ack = 9, Flags = TcpFlags.Syn | TcpFlags.Ack });
        ladder.Expect(TcpFlags.Rst);
    }

    [Theory]
    [InlineData(StrangerVerdict.HandedOver)]
    [InlineData(StrangerVerdict.Drop)]
    public void What_is_not_ours_is_neither_opened_nor_reset(StrangerVerdict verdict)
    {
        var ladder = new Ladder();
        ladder.Host.Verdict = verdict;
        ladder.SendSyn();
        ladder.Send(new() { Seq = 1, Ack = 1, Length = 5 });
        ladder.ExpectNothing();
        Assert.Equal(0, ladder.Stack.Count);
    }

    [Theory]
    [InlineData("10.0.0.2", "224.0.0.1")]
    [InlineData("10.0.0.2", "255.255.255.255")]
    [InlineData("10.0.0.2", "0.0.0.0")]
    [InlineData("0.0.0.0", "192.0.2.1")]
    [InlineData("224.0.0.5", "192.0.2.1")]
    public void Addresses_that_no_connection_can_have_are_dropped(string source, string destination)
    {
        var ladder = new Ladder();
        Assert.True(InetAddress.TryParse(source, out InetAddress from));
        Assert.True(InetAddress.TryParse(destination, out InetAddress to));
        ladder.Flow = new(new(from, 1), new(to, 2));
        ladder.SendSyn();
        ladder.ExpectNothing();
        Assert.Empty(ladder.Host.Events);
    }

    [Fact]
    public void Resets_to_strangers_are_limited()
    {
        var ladder = new Ladder(new() { Tcp = new() { StrangerResetsPerSecond = 10 } });
        for (int i = 0; i < 50; i++)
            ladder.Send(new() { Seq = i, Ack = 1 });
        Assert.Equal(10, ladder.Drain().Count);
        ladder.Wait(Ladder.Second);
        ladder.Send(new() { Ack = 1 });
        ladder.Expect(TcpFlags.Rst);
    }

    [Fact]
    public void A_wrong_checksum_is_dropped_unless_the_device_vouches()
    {
        var ladder = new Ladder();
        ladder.Send(new() { Seq = 5, Ack = 1, BreakChecksum = true });
        ladder.ExpectNothing();
        Assert.Equal(1, ladder.Stack.Counters.ChecksumErrors);
    }
}
