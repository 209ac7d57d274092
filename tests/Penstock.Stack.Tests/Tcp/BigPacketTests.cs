using System.Collections.Generic;
using System.Linq;
using Penstock.Stack.Tcp;
using Penstock.Wire.Tcp;
using Xunit;

namespace Penstock.Stack.Tests.Tcp;

/// <summary>Super-packets of more than 65 535 bytes (BIG TCP): to the device's own address, of new text, while they get through.</summary>
public class BigPacketTests
{
    private const int Big = 600_000;

    /// <summary>Opens the congestion window wide by three times as much text; the value is the next byte's number.</summary>
    private static int Widen(Ladder ladder)
    {
        int at = 1;
        ladder.Write(3 * Big);
        while (ladder.Drain() is { Count: > 0 } sent)
        {
            at += sent.Sum(s => s.Length);
            ladder.Wait(Ladder.Ms);
            ladder.Send(new() { Ack = at });
        }
        Assert.Equal(1 + 3 * Big, at);
        return at;
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void New_text_leaves_in_packets_of_up_to_448_kilobytes(bool v6)
    {
        Ladder ladder = Ladder.Established(new() { Big = true, V6 = v6, PeerScale = 10 });
        int at = Widen(ladder);
        ladder.Write(Big);
        List<Sent> sent = ladder.Drain();
        Assert.Equal(2, sent.Count);
        Assert.InRange(sent[0].Length, 400_000, TcpStack.MostBigText);
        Assert.Equal(0, sent[0].Length % sent[0].SegmentSize);
        Assert.All(sent, s =>
        {
            Assert.Equal(at, s.Seq);
            Assert.True(s.ChecksumHolds);
            Assert.Equal(Enumerable.Range(0, s.Length).Select(i => Ladder.TextByte(s.Seq + i)), s.Text);
            at += s.Length;
        });
        Assert.Equal(Big, sent.Sum(s => s.Length));
        ladder.Wait(Ladder.Ms);
        ladder.Send(new() { Ack = at });
        ladder.ExpectNoLeak();
    }

    [Fact]
    public void A_device_that_takes_none_gets_none()
    {
        Ladder ladder = Ladder.Established(new() { PeerScale = 10 });
        Widen(ladder);
        ladder.Write(Big);
        Assert.All(ladder.Drain(), s => Assert.InRange(s.Length, 1, 65535));
    }

    [Fact]
    public void What_goes_to_others_than_the_device_s_own_address_is_not_big()
    {
        var ladder = new Ladder(new() { Big = true, PeerScale = 10 });
        Assert.True(Wire.Ip.InetAddress.TryParse("10.0.0.3", out Wire.Ip.InetAddress other));
        ladder.Flow = new(new(other, 40000), ladder.Flow.Destination);
        ladder.SendSyn();
        ladder.Expect(TcpFlags.Syn | TcpFlags.Ack);
        ladder.Wait(Ladder.Ms);
        ladder.Send(new() { Ack = 1 });
        Widen(ladder);
        ladder.Write(Big);
        Assert.All(ladder.Drain(), s => Assert.InRange(s.Length, 1, 65535));
    }

    [Theory]
    [InlineData(64, true)]
    [InlineData(128, true)]
    [InlineData(255, true)]
    [InlineData(63, false)]
    [InlineData(127, false)]
    [InlineData(254, false)]
    public void What_has_been_forwarded_is_masqueraded_and_gets_none(byte ttl, bool isBig)
    {
        Ladder ladder = Ladder.Established(new() { Big = true, PeerScale = 10, PeerTtl = ttl });
        Widen(ladder);
        ladder.Write(Big);
        Assert.Equal(isBig, ladder.Drain()[0].Length > 65535);
    }

    [Fact]
    public void After_a_refusal_there_are_none()
    {
        Ladder ladder = Ladder.Established(new() { Big = true, PeerScale = 10 });
        Widen(ladder);
        ladder.Stack.WritesBig = false;
        ladder.Write(Big);
        Assert.All(ladder.Drain(), s => Assert.InRange(s.Length, 1, 65535));
    }

    [Fact]
    public void What_is_sent_again_is_not_big_and_after_a_timeout_nothing_is()
    {
        Ladder ladder = Ladder.Established(new() { Big = true, PeerScale = 10 });
        int at = Widen(ladder);
        ladder.Write(Big);
        Assert.InRange(ladder.Drain()[0].Length, 400_000, TcpStack.MostBigText);
        int end = at + Big;
        var held = new bool[Big];
        // Whatever is big is lost on this path, and everything else arrives.
        for (int rounds = 0; at < end; rounds++)
        {
            Assert.True(rounds < 200, $"{end - at} bytes never arrived");
            ladder.Wait(50 * Ladder.Ms);
            List<Sent> sent = ladder.Drain();
            foreach (Sent s in sent)
            {
                Assert.InRange(s.Length, 0, 65535);
                for (int i = 0; i < s.Length; i++)
                    held[s.Seq - (end - Big) + i] = true;
            }
            while (at < end && held[at - (end - Big)])
                at++;
            if (sent.Count > 0)
                ladder.Send(new() { Ack = at });
        }
        ladder.Write(Big);
        Assert.All(ladder.Drain(), s => Assert.InRange(s.Length, 1, 65535));
        Assert.NotEqual(0, ladder.Stack.Counters.Timeouts);
    }

    [Fact]
    public void A_loss_that_is_found_without_a_timeout_ends_them_as_well()
    {
        Ladder ladder = Ladder.Established(new() { Big = true, PeerScale = 10 });
        int at = Widen(ladder);
        ladder.Write(Big);
        Assert.InRange(ladder.Drain()[0].Length, 400_000, TcpStack.MostBigText);
        ladder.Wait(50 * Ladder.Ms);
        Sent probe = ladder.Expect();
        ladder.Send(new() { Ack = at, Sack = [(probe.Seq, probe.Seq + probe.Length)] });
        ladder.Wait(50 * Ladder.Ms);
        ladder.Send(new() { Ack = at + Big });
        Assert.Equal(0, ladder.Stack.Counters.Timeouts);
        ladder.Drain();
        ladder.Write(Big);
        Assert.All(ladder.Drain(), s => Assert.InRange(s.Length, 1, 65535));
    }

    [Fact]
    public void A_router_that_takes_the_segments_and_not_the_packet_gets_smaller_ones_at_once()
    {
        Ladder ladder = Ladder.Established(new() { Big = true, PeerScale = 10 });
        int at = Widen(ladder);
        ladder.Write(Big);
        List<Sent> sent = ladder.Drain();
        Assert.InRange(sent[0].Length, 400_000, TcpStack.MostBigText);
        ladder.Connection.OnPacketTooBig(new(ladder.SynAck.Header.Seq.Value + (uint)at), 1500);
        ladder.Flush();
        List<Sent> again = ladder.Drain();
        Assert.NotEmpty(again);
        Assert.Equal(at, again[0].Seq);
        Assert.All(again, s => Assert.InRange(s.Length, 1, 65535));
        ladder.Send(new() { Ack = at + Big });
        ladder.Write(Big);
        Assert.All(ladder.Drain(), s => Assert.InRange(s.Length, 1, 65535));
    }
}
