using System;
using System.IO;
using Penstock.Linux.Memory;

namespace Penstock.HyperAmp.Ring;

/// <summary>One end of a channel: the ring it sends on, the ring it receives from, and the bulk window.</summary>
/// <remarks>
/// The mapping is the caller's and must outlive the channel. With <see cref="RingLocking.SingleRole"/> a side belongs to
/// one process at a time, which a lock on a byte behind the file's end ensures; the kernel gives it back when the
/// process dies.
/// </remarks>
public sealed class RingChannel : IDisposable
{
    // Behind any region's last byte, so that no other lock on the file meets it.
    private const long SideLocks = 1L << 40;

    private readonly MappedMemory? _sideLock;
    private readonly long _sideLockPosition;

    private RingChannel(RingMemory region, ChannelLayout layout, RingSide side, RingOptions options, RingEnd first, RingEnd second)
    {
        Layout = layout;
        Options = options;
        Side = side;
        Bulk = region.Slice(layout.DataOffset + layout.BulkOffset, layout.BulkLength);
        Receiver = new(side == RingSide.Linux ? first : second);
        Sender = new(side == RingSide.Linux ? second : first);
        if (options.Locking == RingLocking.Interlocked)
            return;
        _sideLockPosition = SideLocks + layout.Offset + (int)side;
        MappedMemory memory = region.Window.Memory;
        if (!RangeLock.TryTake(memory, _sideLockPosition))
            throw new IOException($"{memory.Path}: another process is the {side} side of this channel; end it, or let both ends use interlocked locking");
        _sideLock = memory;
    }

    /// <summary>The end that enqueues.</summary>
    public RingProducer Sender { get; }

    /// <summary>The end that dequeues.</summary>
    public RingConsumer Receiver { get; }

    /// <summary>Where everything lies.</summary>
    public ChannelLayout Layout { get; }

    /// <summary>What both ends agreed on.</summary>
    public RingOptions Options { get; }

    /// <summary>Which ring this end sends on.</summary>
    public RingSide Side { get; }

    /// <summary>The bulk window; empty when the channel has none.</summary>
    internal RingMemory Bulk { get; }

    /// <summary>Writes both pages and zeroes the blocks, whatever was there, and takes one side.</summary>
    /// <param name="region">The memory that the layout's offsets count from.</param>
    /// <param name="layout">Where the channel lies.</param>
    /// <param name="side">Which ring to send on.</param>
    /// <param name="options">What the connector must also say.</param>
    /// <param name="physicalBase">Where the region lies for the hypervisor; peers only print it.</param>
    /// <exception cref="ArgumentException">The region is too short for the layout.</exception>
    /// <exception cref="IOException">Another process is this side.</exception>
    public static RingChannel Create(RingMemory region, ChannelLayout layout, RingSide side, RingOptions options, ulong physicalBase = 0)
    {
        CheckLength(region, layout);
        RingGeometry geometry = layout.Geometry(options.SeparateData);
        RingMemory firstPage = layout.Page(region, true), secondPage = layout.Page(region, false);
        // Both rings are unready before the blocks go, so that no peer reads blocks that vanish under it.
        firstPage.Window.WriteUInt64(ControlPage.Head, 0);
        secondPage.Window.WriteUInt64(ControlPage.Head, 0);
        region.Slice(layout.DataOffset, layout.DataLength).Clear();
        ulong at = physicalBase + (ulong)layout.Offset;
        RingEnd first = RingEnd.Create(firstPage, layout.Blocks(region, options.SeparateData, true), geometry, options, at);
        RingEnd second = RingEnd.Create(secondPage, layout.Blocks(region, options.SeparateData, false), geometry, options, at + ControlPage.Size);
        return new(region, layout, side, options, first, second);
    }

    /// <summary>Attaches to pages that a creator has finished, and takes one side.</summary>
    /// <returns><see cref="RingResult.NotReady"/>, <see cref="RingResult.Corrupted"/>, or Ok with a channel.</returns>
    /// <exception cref="ArgumentException">The region is too short for the layout.</exception>
    /// <exception cref="IOException">Another process is this side.</exception>
    public static RingResult TryAttach(RingMemory region, ChannelLayout layout, RingSide side, RingOptions options, out RingChannel? channel)
    {
        channel = null;
        CheckLength(region, layout);
        RingResult result = RingEnd.TryAttach(layout.Page(region, true), layout.Blocks(region, options.SeparateData, true), options, out RingEnd? first);
        if (result != RingResult.Ok)
            return result;
        result = RingEnd.TryAttach(layout.Page(region, false), layout.Blocks(region, options.SeparateData, false), options, out RingEnd? second);
        if (result == RingResult.Ok)
            channel = new(region, layout, side, options, first!, second!);
        return result;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_sideLock is not null)
            RangeLock.Release(_sideLock, _sideLockPosition);
    }

    /// <summary>
    /// True when the next message to send would lie in a block whose message this end has not received yet, which
    /// shared blocks allow; receiving first resolves it.
    /// </summary>
    internal bool WouldOverwriteUnread()
    {
        if (Options.SeparateData)
            return false;
        RingHead unread = Receiver.ReadHead();
        int next = Sender.ReadHead().Header, capacity = Receiver.Geometry.Capacity;
        return unread.Header != unread.Tail && unread.IsValid(capacity) && (next - unread.Tail + capacity) % capacity < unread.Length;
    }

    /// <summary>
    /// Bytes at the start of the bulk window that the next message of either direction would lie in: a block, when an
    /// index stands before the one block that the window and the rings share.
    /// </summary>
    internal int BulkBytesAtRisk()
    {
        if (Options.SeparateData || Layout.Capacity * RingGeometry.StandardBlockSize < Layout.BulkOffset)
            return 0;
        bool isNext = Sender.ReadHead().Header + 1 == Layout.Capacity || Receiver.ReadHead().Header + 1 == Layout.Capacity;
        return isNext ? RingGeometry.StandardBlockSize : 0;
    }

    private static void CheckLength(RingMemory region, ChannelLayout layout)
    {
        if (region.Length - layout.Offset < layout.Length)
            throw new ArgumentException($"the channel ends at byte {layout.Offset + layout.Length} and the region at {region.Length}", nameof(region));
    }
}
