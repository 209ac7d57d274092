using System;
using System.Threading;
using Penstock.HyperAmp.Regions;

namespace Penstock.HyperAmp.Ring;

/// <summary>The end of a ring that dequeues: owns the tail index.</summary>
/// <remarks>
/// <code>
///   1 peek: both indices, empty?   2 copy the header, check the copy   3 copy the payload   4 release   5 count
/// </code>
/// The block belongs to the peer until it is copied, so nothing is read twice: what was checked is what is used. A
/// message that fails its check is dropped, so that it cannot block the ring.
/// </remarks>
public sealed class RingConsumer
{
    private readonly RingEnd _ring;
    private readonly RingPage<MappedWords> _page;
    private RingTurn _turn;
    private uint _count;
    private long _received;
    private long _dropped;

    /// <summary>Takes the consumer's role on a ring.</summary>
    public RingConsumer(RingEnd ring)
    {
        _ring = ring;
        _page = ring.Page;
        _count = _page.ReadDequeueCount();
    }

    /// <summary>Messages received by this end.</summary>
    public long Received => Volatile.Read(ref _received);

    /// <summary>Messages dropped because their header made no sense.</summary>
    public long Dropped => Volatile.Read(ref _dropped);

    /// <summary>The ring's dimensions.</summary>
    public RingGeometry Geometry => _ring.Geometry;

    /// <summary>The control page's fields.</summary>
    public RingStatus ReadStatus() => _ring.ReadStatus();

    /// <summary>False when the ring is empty; true also when its page makes no sense, which receiving then tells.</summary>
    public bool HasMessage => _page.Peek(out _) != RingResult.Empty;

    /// <summary>Takes one message out of the ring, without waiting.</summary>
    /// <param name="header">The checked header.</param>
    /// <param name="payload">Where the payload goes.</param>
    /// <returns>
    /// <see cref="RingResult.TooLong"/> when the payload does not fit: the message stays. <see cref="RingResult.Corrupted"/>
    /// when the message made no sense and was dropped, or the indices make none.
    /// </returns>
    public RingResult TryReceive(out MessageHeader header, Span<byte> payload)
    {
        header = default;
        // A look without the turn and the lock: polling leaves the lock's cache line to the producer.
        if (!HasMessage)
            return RingResult.Empty;
        _turn.Enter();
        RingResult result = _ring.TakesLock ? DequeueLocked(out header, payload) : Dequeue(out header, payload);
        _turn.Exit();
        return result;
    }

    /// <summary>The indices now.</summary>
    internal RingHead ReadHead() => _page.ReadHead();

    private RingResult DequeueLocked(out MessageHeader header, Span<byte> payload)
    {
        header = default;
        if (!_ring.Lock.Enter(_ring.Options))
            return RingResult.Locked;
        _count = _page.ReadDequeueCount();
        RingResult result = Dequeue(out header, payload);
        _ring.Lock.Exit();
        return result;
    }

    private RingResult Dequeue(out MessageHeader header, Span<byte> payload)
    {
        header = default;
        RingResult peeked = _page.Peek(out int block);
        if (peeked != RingResult.Ok)
            return peeked;
        int at = block * _ring.Geometry.BlockSize;
        bool isSound = MessageHeader.TryParse(_ring.Data.Window.ReadUInt64(at), _ring.Geometry.MaxPayload, out MessageHeader copy);
        if (isSound)
        {
            if (copy.PayloadLength > payload.Length)
                return RingResult.TooLong;
            _ring.Data.Read(at + MessageHeader.Size, payload[..copy.PayloadLength]);
            header = copy;
            _received++;
        }
        else
            _dropped++;
        _page.Release(block, ++_count);
        return isSound ? RingResult.Ok : RingResult.Corrupted;
    }
}
