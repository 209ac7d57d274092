using Penstock.Wire.Tcp;
using Xunit;

namespace Penstock.Stack.Tests.Tcp;

/// <summary>What follows when text was sent twice, by the stack or by its peer.</summary>
public class TextSentAgainTests
{
    [Fact]
    public void An_acknowledgment_on_text_that_the_peer_sends_again_brings_its_window()
    {
        Ladder ladder = Ladder.Established(new() { PeerScale = -1, PeerWindow = 1000 });
        ladder.Send(new() { Seq = 101, Ack = 1, Length = 100 });
        ladder.Expect(TcpFlags.Ack, ack: 1);
        ladder.Write(2000);
        ladder.Expect(seq: 1, length: 1000);

        ladder.Send(new() { Seq = 1, Ack = 1001, Length = 100, Window = 10 });
        foreach (Sent sent in ladder.Drain())
            Assert.True(sent.Seq + sent.Length <= 1011, $"beyond the window: {sent}");
    }

    [Fact]
    public void A_tail_probe_of_new_text_leaves_room_for_the_sack_blocks_that_ride_along()
    {
        Ladder ladder = Ladder.Established(new() { SegmentOffload = false, Tcp = new() { InitialWindowSegments = 2 } });
        ladder.Send(new() { Seq = 101, Ack = 1, Length = 100 });
        ladder.Expect(TcpFlags.Ack, ack: 1);
        ladder.Write(6000);
        ladder.Expect(seq: 1, length: 1448);
        ladder.Expect(seq: 1449, length: 1448);

        ladder.Wait(50 * Ladder.Ms);
        Sent probe = ladder.Expect(seq: 2897, length: 1448);
        Assert.Equal(0, probe.SegmentSize);
    }

    [Fact]
    public void Text_that_waited_at_the_peer_for_a_retransmission_is_no_measure_of_the_round_trip()
    {
        Ladder ladder = Ladder.Established(new() { PeerSack = false });
        ladder.Write(2920);
        ladder.Wait(20 * Ladder.Second);
        ladder.Drain();
        ladder.Send(new() { Ack = 2921 });

        ladder.Write(100);
        ladder.Expect(seq: 2921, length: 100);
        ladder.Wait(Ladder.Second);
        ladder.Expect(seq: 2921, length: 100);
    }
}
