using System.Linq;
using Penstock.Stack.Tcp;
using Penstock.Wire.Tcp;
using Xunit;

namespace Penstock.Stack.Tests.Tcp;

public class ThinnestPathTests
{
    [Theory]
    [InlineData(false, true, true)]
    [InlineData(false, false, false)]
    [InlineData(true, true, true)]
    [InlineData(true, false, false)]
    public void A_connection_opens_moves_text_both_ways_and_closes(bool v6, bool checksum, bool segments)
    {
        Ladder ladder = Ladder.Established(new() { V6 = v6, Checksum = checksum, SegmentOffload = segments, PeerTimestamps = true });

        ladder.Send(new() { Seq = 1, Ack = 1, Length = 1000, Flags = TcpFlags.Ack | TcpFlags.Psh });
        Assert.True(ladder.Expect(TcpFlags.Ack, seq: 1, ack: 1001, length: 0).ChecksumHolds);
        Assert.Equal(Enumerable.Range(1, 1000).Select(i => Ladder.TextByte(i)), ladder.Host.Text);

        ladder.Write(777);
        Sent sent = ladder.Expect(TcpFlags.Ack | TcpFlags.Psh, seq: 1, ack: 1001, length: 777);
        Assert.True(sent.ChecksumHolds);
        Assert.Equal(Enumerable.Range(1, 777).Select(i => Ladder.TextByte(i)), sent.Text);
        ladder.Send(new() { Seq = 1001, Ack = 778 });
        ladder.ExpectNothing();
        Assert.Equal(0, ladder.Connection.Unacknowledged);

        ladder.Send(new() { Seq = 1001, Ack = 778, Flags = TcpFlags.Fin | TcpFlags.Ack });
        ladder.Expect(TcpFlags.Ack, seq: 778, ack: 1002);
        ladder.Connection.ShutdownSend();
        ladder.Flush();
        ladder.Expect(TcpFlags.Fin | TcpFlags.Ack | TcpFlags.Psh, seq: 778, ack: 1002);
        ladder.Send(new() { Seq = 1002, Ack = 779 });
        ladder.ExpectNothing();
        Assert.Equal(TcpEnd.Closed, ladder.Host.Ended);
        Assert.Equal(0, ladder.Stack.Count);
        Assert.Equal(long.MaxValue, ladder.Stack.NextDeadline);
        ladder.ExpectNoLeak();
    }

    [Fact]
    public void Lost_text_is_sent_again_after_the_retransmission_timeout()
    {
        Ladder ladder = Ladder.Established(new() { PeerSack = false });
        ladder.Write(100);
        ladder.Expect(TcpFlags.Ack | TcpFlags.Psh, seq: 1, length: 100);
        ladder.Wait(150 * Ladder.Ms);
        ladder.ExpectNothing();
        ladder.Wait(60 * Ladder.Ms);
        ladder.Expect(TcpFlags.Ack | TcpFlags.Psh, seq: 1, length: 100);
        ladder.Send(new() { Ack = 101 });
        ladder.Wait(10 * Ladder.Second);
        ladder.ExpectNothing();
        ladder.ExpectNoLeak();
    }

    [Fact]
    public void A_reset_ends_the_connection_and_releases_everything()
    {
        Ladder ladder = Ladder.Established();
        ladder.Write(5000);
        ladder.Send(new() { Flags = TcpFlags.Rst });
        Assert.Equal(TcpEnd.PeerReset, ladder.Host.Ended);
        Assert.Equal(0, ladder.Stack.Count);
        ladder.ExpectNoLeak();
    }
}
