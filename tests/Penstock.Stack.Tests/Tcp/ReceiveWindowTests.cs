using System;
using System.Linq;
using Penstock.Stack.Buffers;
using Penstock.Wire.Tcp;
using Xunit;

namespace Penstock.Stack.Tests.Tcp;

/// <summary>The window that the app is shown.</summary>
public class ReceiveWindowTests
{
    private static Ladder Held(LadderOptions? options = null)
    {
        Ladder ladder = Ladder.Established(options);
        ladder.Host.ConsumesAtOnce = false;
        return ladder;
    }

    [Fact]
    public void The_window_after_the_handshake_is_the_initial_buffer()
    {
        Ladder ladder = Held(new() { Tcp = new() { InitialReceiveWindow = 256 * 1024 } });
        ladder.Send(new() { Ack = 1, Length = 1000 });
        Assert.Equal(256 * 1024 - 1000, ladder.Expect().Window, tolerance: 128);
    }

    [Fact]
    public void Text_that_the_host_holds_shuts_the_window_and_its_edge_never_moves_left()
    {
        Ladder ladder = Held();
        long edge = 0;
        long seq = 1;
        while (true)
        {
            ladder.Send(new() { Seq = seq, Ack = 1, Length = 20_000 });
            seq += 20_000;
            Sent ack = ladder.Drain().Last();
            Assert.True(ack.Ack + ack.Window > edge - 128, $"{ack} moves the edge left of {edge}");
            edge = ack.Ack + ack.Window;
            if (ack.Window == 0)
                break;
            Assert.True(seq < 1_000_000, "the window never shuts");
        }
        Assert.Equal(256 * 1024, ladder.Host.HeldTexts.Sum(t => t.Length), tolerance: 256);
    }

    [Fact]
    public void Consuming_from_a_shut_window_sends_an_update()
    {
        Ladder ladder = Held();
        for (int i = 0; i < 14; i++)
            ladder.Send(new() { Seq = 1 + i * 20_000, Ack = 1, Length = 20_000 });
        Assert.Equal(0, ladder.Drain().Last().Window);
        ladder.Host.ConsumeAll();
        ladder.Flush();
        Sent update = ladder.Expect(TcpFlags.Ack, length: 0);
        Assert.True(update.Window >= 128 * 1024, $"{update}");
        ladder.ExpectNothing();
    }

    [Fact]
    public void A_few_consumed_bytes_send_no_update()
    {
        Ladder ladder = Held();
        for (int i = 0; i < 14; i++)
            ladder.Send(new() { Seq = 1 + i * 20_000, Ack = 1, Length = 20_000 });
        ladder.Drain();
        ladder.Connection.Consume(100);
        ladder.Flush();
        ladder.ExpectNothing();
        ladder.Connection.Consume(1400);
        ladder.Flush();
        Assert.True(ladder.Expect(TcpFlags.Ack).Window >= 1460);
    }

    [Fact]
    public void A_probe_of_a_shut_window_is_answered_and_its_byte_refused()
    {
        Ladder ladder = Held(new() { PeerScale = -1 });
        ladder.Send(new() { Seq = 1, Ack = 1, Length = 40_000 });
        ladder.Send(new() { Seq = 40_001, Ack = 1, Length = 25_535 });
        Assert.Equal(0, ladder.Drain().Last().Window);
        ladder.Send(new() { Seq = 65_536, Ack = 1, Length = 1 });
        Sent answer = ladder.Expect(TcpFlags.Ack, ack: 65_536);
        Assert.Equal(0, answer.Window);
    }

    [Fact]
    public void An_acknowledgment_at_a_shut_window_is_taken()
    {
        Ladder ladder = Held(new() { PeerScale = -1 });
        ladder.Write(100);
        ladder.Send(new() { Seq = 1, Ack = 1, Length = 40_000 });
        ladder.Send(new() { Seq = 40_001, Ack = 1, Length = 25_535 });
        ladder.Drain();
        ladder.Send(new() { Seq = 65_536, Ack = 101 });
        Assert.Equal(0, ladder.Connection.Unacknowledged);
    }

    [Fact]
    public void The_buffer_grows_with_what_the_host_uses_up_in_a_round_trip()
    {
        Ladder ladder = Ladder.Established(); // a round trip of 1 ms
        long seq = 1;
        int window = 0;
        ladder.Send(new() { Seq = seq++, Ack = 1, Length = 1 });
        window = ladder.Expect().Window;
        for (int round = 0; round < 10; round++)
        {
            for (int left = window; left > 0; left -= 60_000)
            {
                int length = Math.Min(left, 60_000);
                ladder.Input(new() { Seq = seq, Ack = 1, Length = length });
                seq += length;
            }
            ladder.Flush();
            window = ladder.Drain().Last().Window;
            ladder.Wait(Ladder.Ms);
        }
        Assert.True(window > 700_000, $"the window is {window}");
        Assert.True(window <= 4 * 1024 * 1024);
    }

    [Fact]
    public void A_slow_flow_keeps_the_initial_buffer()
    {
        Ladder ladder = Ladder.Established();
        long seq = 1;
        for (int round = 0; round < 50; round++)
        {
            ladder.Send(new() { Seq = seq, Ack = 1, Length = 60_000 });
            seq += 60_000;
            ladder.Wait(10 * Ladder.Ms);
        }
        Assert.True(ladder.Drain().Last().Window <= 256 * 1024);
    }

    [Fact]
    public void While_memory_is_tight_the_window_stops_growing()
    {
        Ladder ladder = Ladder.Established(new() { Budget = 10 * BufferPool.Largest });
        var hold = Enumerable.Range(0, 8).Select(_ => ladder.Pool.RentAlways(BufferPool.Largest)).ToList();
        Assert.True(ladder.Budget.IsTight);
        long seq = 1;
        for (int round = 0; round < 10; round++)
        {
            for (int i = 0; i < 4 && seq + 60_000 < 250_000; i++)
            {
                ladder.Input(new() { Seq = seq, Ack = 1, Length = 60_000 });
                seq += 60_000;
            }
            ladder.Flush();
            ladder.Wait(Ladder.Ms);
        }
        Assert.True(ladder.Drain().Last().Window <= 64 * 1024);
        hold.ForEach(h => h.Release());
        ladder.ExpectNoLeak();
    }

    [Fact]
    public void Consuming_more_than_was_delivered_is_an_error()
    {
        Ladder ladder = Held();
        ladder.Send(new() { Ack = 1, Length = 10 });
        Assert.Throws<ArgumentOutOfRangeException>(() => ladder.Connection.Consume(11));
    }
}
