using System;
using System.Threading;

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
    private readonly Lock _turn = new();
    private long _sent;

    /// <summary>Takes the producer's role on a ring.</summary>
    public RingProducer(RingEnd ring) => _ring = ring;

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
        lock (_turn)
        {
            if (!_ring.TakesLock)
                return Enqueue(header, payload, onlyWhenEmpty);
            if (!_ring.Lock.Enter(_ring.Options))
                return RingResult.Locked;
            RingResult result = Enqueue(header, payload, onlyWhenEmpty);
            _ring.Lock.Exit();
            return result;
        }
    }

    private RingResult Enqueue(in MessageHeader header, ReadOnlySpan<byte> payload, bool onlyWhenEmpty)
    {
        RingResult claimed = _ring.Page.Claim(out int block, onlyWhenEmpty);
        if (claimed != RingResult.Ok)
            return claimed;
        int at = block * _ring.Geometry.BlockSize;
        _ring.Data.Window.WriteUInt64(at, (header with { PayloadLength = payload.Length }).ToWord());
        _ring.Data.Write(at + MessageHeader.Size, payload);
        _ring.Page.Publish(block);
        _sent++;
        return RingResult.Ok;
    }
}
