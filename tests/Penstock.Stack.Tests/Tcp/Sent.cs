using System.Linq;
using Penstock.Wire.Ip;
using Penstock.Wire.Tcp;

namespace Penstock.Stack.Tests.Tcp;

/// <summary>A packet that the stack wrote, with numbers relative to the handshake's: 0 is the SYN, 1 the first byte.</summary>
internal sealed record Sent
{
    public required IpPacket Ip { get; init; }

    public required TcpSegment Header { get; init; }

    public required byte[] Text { get; init; }

    public required int SegmentSize { get; init; }

    public required int Pieces { get; init; }

    public required bool ChecksumHolds { get; init; }

    public required long Seq { get; init; }

    public required long Ack { get; init; }

    public TcpFlags Flags => Header.Flags;

    public int Length => Text.Length;

    /// <summary>The window in bytes, scaled by what the stack offered.</summary>
    public required int Window { get; init; }

    public required uint PeerIsn { get; init; }

    /// <summary>What its SACK blocks tell.</summary>
    public (long Left, long Right)[] Blocks
    {
        get
        {
            SackBlocks blocks = Header.Options.Sack;
            return [.. Enumerable.Range(0, blocks.Count).Select(i => ((long)(blocks[i].Left.Value - PeerIsn), (long)(blocks[i].Right.Value - PeerIsn)))];
        }
    }

    public override string ToString() =>
        $"<{Flags}> seq {Seq} ack {Ack} len {Length} win {Window}{(SegmentSize > 0 ? $" mss {SegmentSize}" : "")}";
}
