using System.Linq;
using Penstock.Stack.Tcp;
using Xunit;

namespace Penstock.Stack.Tests.Tcp;

/// <summary>A flow over a path of 20 ms with an initial window of text in flight since a round trip ago.</summary>
internal static class DistantFlow
{
    public const int RoundTrip = 20 * Ladder.Ms;
    public const int Segments = 10;

    /// <summary>Ten segments are in flight, and <paramref name="segments"/> less ten wait.</summary>
    public static Ladder Start(bool timestamps, bool sack = true, int segments = 1000, bool ecn = false)
    {
        Ladder ladder = Ladder.SynReceived(new()
        {
            PeerScale = 8,
            PeerTimestamps = timestamps,
            PeerSack = sack,
            PeerEcn = ecn,
            Tcp = new() { Congestion = CongestionAlgorithm.NewReno },
        });
        ladder.Wait(RoundTrip);
        ladder.Send(new() { Ack = 1, TsEcr = Old(ladder) });
        ladder.Write(segments * Mss(timestamps));
        Assert.Equal(Segments * Mss(timestamps), ladder.Drain().Sum(s => s.Length));
        ladder.Wait(RoundTrip);
        return ladder;
    }

    /// <summary>Text of a segment.</summary>
    public static int Mss(bool timestamps) => timestamps ? 1448 : 1460;

    /// <summary>Behind so many segments.</summary>
    public static long End(int segments, bool timestamps) => 1 + segments * Mss(timestamps);

    /// <summary>What an honest peer echoes while the first segment is missing: the timestamp of the SYN-ACK.</summary>
    public static uint Old(Ladder ladder) => ladder.SynAck.Header.Options.TsVal;
}
