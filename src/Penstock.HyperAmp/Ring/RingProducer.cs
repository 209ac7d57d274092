using System;
using System.Threading;
using Penstock.HyperAmp.Regions;

namespace Penstock.HyperAmp.Ring;

/// <summary>The end of a ring that enqueues: owns the header index.</summary>
/// <remarks>
/// <code>
///   1 claim: both indices, full?   2 write header and payload into the block   3 publish (release)   4 count
/// </code>
/// Threads of this process take turns at a private lock; other processes are kept out as the options say. Only the bytes
/// of the message are written, not the rest of the block.
/// </remarks>
public sealed class RingProducer
{
    private readonly RingEnd _ring;
    private readonly RingPage<MappedWords> _page;
    private RingTurn _turn;
    private uint _count;
    private long _sent;

    /// <summary>Takes the producer's role on a ring.</summary>
    public RingProducer(RingEnd ring)
    {
        _ring = ring;
        _page = ring.Page;
        _count = _page.ReadEnqueueCount();
    }

    /// <summary>Messages sent by this end.</summary>
    public long Sent => Volatile.Read(ref _sent);

    /// <summary>The ring's dimensions.</summary>
    public RingGeometry Geometry => _ring.Geometry;

    /// <summary>The control page's fields.</summary>
    public RingStatus ReadStatus() => _ring.ReadStatus();

    /// <summary>Enqueues one message of a header and a payload, without waiting.</summary>
    /// <param name="header">The header; its length is replaced by the payload's.</param>
    /// <param name="payload">At most <see cref="RingGeometry.MaxPayload"/> bytes.</param>
    /// <param name="onlyWhenEmpty">Refuses with Full unless the peer has taken every earlier message.</param>
    public RingResult TrySend(in MessageHeader header, ReadOnlySpan<byte> payload, bool onlyWhenEmpty = false)
    {
        if (payload.Length > _ring.Geometry.MaxPayload)
            return RingResult.TooLong;
        _turn.Enter();
        RingResult result = _ring.TakesLock ? EnqueueLocked(header, payload, onlyWhenEmpty) : Enqueue(header, payload, onlyWhenEmpty);
        _turn.Exit();
        return result;
    }

    /// <summary>The indices now. Looking at them while waiting brings their cache line here before it is needed.</summary>
    internal RingHead ReadHead() => _page.ReadHead();

    private RingResult EnqueueLocked(in MessageHeader header, ReadOnlySpan<byte> payload, bool onlyWhenEmpty)
    {
        if (!_ring.Lock.Enter(_ring.Options))
            return RingResult.Locked;
        // Others count too; alone, this end's own count saves a look at a line that the peer writes.
        _count = _page.ReadEnqueueCount();
        RingResult result = Enqueue(header, payload, onlyWhenEmpty);
        _ring.Lock.Exit();
        return result;
    }

    private RingResult Enqueue(in MessageHeader header, ReadOnlySpan<byte> payload, bool onlyWhenEmpty)
    {
        RingResult claimed = _page.Claim(out int block, onlyWhenEmpty);
        if (claimed != RingResult.Ok)
            return claimed;
        int at = block * _ring.Geometry.BlockSize;
        _ring.Data.Window.WriteUInt64(at, (header with { PayloadLength = payload.Length }).ToWord());
        _ring.Data.Write(at + MessageHeader.Size, payload);
        _page.Publish(block, ++_count);
        _sent++;
        return RingResult.Ok;
    }
}
