using System;

namespace Penstock.HyperAmp.Ring;

/// <summary>Where a channel's two control pages, its blocks and its bulk window lie in the region.</summary>
/// <remarks>
/// <code>
///   offset          + 0x1000        + 0x2000
///   | first page    | second page   | data: block 0 … block capacity | bulk window …        |
///     remote→Linux    Linux→remote    one set of blocks for both rings, or half for each
/// </code>
/// With 256 indices the last block is the first of the bulk window: <see cref="RingClient"/> keeps transfers out of it
/// when the next message would lie there.
/// </remarks>
/// <param name="Offset">First byte of the channel in the region.</param>
/// <param name="DataLength">Bytes of the data area.</param>
/// <param name="Capacity">Indices of each ring when blocks are shared.</param>
/// <param name="BulkOffset">First byte of the bulk window, from the start of the data area.</param>
/// <param name="BulkLength">Bytes of the bulk window; 0 for a channel without one.</param>
public sealed record ChannelLayout(int Offset, int DataLength, int Capacity, int BulkOffset, int BulkLength)
{
    private const int Pages = 2 * ControlPage.Size;
    private const int Mebibyte = 1 << 20;

    /// <summary>The layout of a region with one channel: 256 indices, a bulk window of 2 MiB.</summary>
    public static ChannelLayout Single { get; } = new(0, 4 * Mebibyte, 256, Mebibyte, 2 * Mebibyte);

    /// <summary>Bytes of the region that <see cref="Single"/> describes.</summary>
    public const int SingleRegion = 0x402000;

    /// <summary>Bytes of the region that <see cref="Multi"/> describes.</summary>
    public const int MultiRegion = 4 * Mebibyte;

    /// <summary>Bytes of the channel, pages included.</summary>
    public int Length => Pages + DataLength;

    internal int DataOffset => Offset + Pages;

    /// <summary>A channel of the layout with three: channel 0 of 2 MiB with a bulk window, 1 and 2 of 1 MiB without.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such channel.</exception>
    public static ChannelLayout Multi(int channel) => channel switch
    {
        0 => new(0, 2 * Mebibyte - Pages, 256, Mebibyte, Mebibyte - Pages),
        1 or 2 => new((1 + channel) * Mebibyte, Mebibyte - Pages, 253, Mebibyte - Pages, 0),
        _ => throw new ArgumentOutOfRangeException(nameof(channel), channel, "the layout has channels 0, 1 and 2"),
    };

    /// <summary>The rings' dimensions.</summary>
    internal RingGeometry Geometry(bool separateData)
    {
        int capacity = separateData ? BulkOffset / 2 / RingGeometry.StandardBlockSize - 1 : Capacity;
        return new(capacity, RingGeometry.StandardBlockSize);
    }

    /// <summary>The data area as one ring sees it: all of it, or its half of what lies before the bulk window.</summary>
    internal RingMemory Blocks(RingMemory region, bool separateData, bool isFirst)
    {
        if (!separateData)
            return region.Slice(DataOffset, DataLength);
        int half = (int)Geometry(true).DataSize;
        return region.Slice(DataOffset + (isFirst ? 0 : half), half);
    }

    internal RingMemory Page(RingMemory region, bool isFirst) =>
        region.Slice(Offset + (isFirst ? 0 : ControlPage.Size), ControlPage.Size);
}
