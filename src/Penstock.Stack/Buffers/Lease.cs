using System;

namespace Penstock.Stack.Buffers;

/// <summary>A claim on a range of a packet buffer.</summary>
/// <remarks>
/// Each lease that <see cref="BufferPool.TryRent"/>, <see cref="Share()"/> or <see cref="Share(int, int)"/> returned is
/// given back exactly once, by <see cref="Release"/>, by whoever holds it then: passing a lease to a method that says
/// it takes ownership passes that duty. Slices made by <see cref="Slice"/> carry no claim of their own.
/// <code>
///   block   |-----------------------------------------------|   Capacity
///   lease        |=======================|                      Offset, Length
/// </code>
/// Single-threaded, like the buffer behind it. The default value holds nothing.
/// </remarks>
public readonly struct Lease
{
    private readonly PacketBuffer? _buffer;

    internal Lease(PacketBuffer buffer, int offset, int length)
    {
        _buffer = buffer;
        Offset = offset;
        Length = length;
    }

    /// <summary>First byte of the range within the block.</summary>
    public int Offset { get; }

    /// <summary>Bytes in the range.</summary>
    public int Length { get; }

    /// <summary>False for the default value.</summary>
    public bool IsHeld => _buffer is not null;

    /// <summary>Bytes that this lease keeps from being reused: the whole block's.</summary>
    public int Pinned => _buffer?.Capacity ?? 0;

    /// <summary>True when no other lease holds the block, so its bytes may be written again.</summary>
    public bool IsSole => _buffer?.Leases == 1;

    /// <summary>The bytes of the range; valid until the lease is released.</summary>
    public Span<byte> Span => _buffer is null ? default : _buffer.Memory.Span.Slice(Offset, Length);

    /// <summary>The same claim over a part of the range; the caller keeps one duty to release, not two.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The part is not within the range.</exception>
    public Lease Slice(int start, int length)
    {
        if ((uint)start > (uint)Length || (uint)length > (uint)(Length - start))
            throw new ArgumentOutOfRangeException(nameof(start), $"{start}+{length} is outside a lease of {Length} bytes");
        return new(_buffer!, Offset + start, length);
    }

    /// <summary>A second claim on the same range.</summary>
    public Lease Share()
    {
        _buffer?.Hold();
        return this;
    }

    /// <summary>A second claim, on a part of the range.</summary>
    public Lease Share(int start, int length)
    {
        Lease part = Slice(start, length);
        _buffer!.Hold();
        return part;
    }

    /// <summary>
    /// A second claim, on the range and on bytes in front of it, for whoever replaces headers by his own. False, and
    /// nothing done, when another than the caller holds the block, or it has no such bytes.
    /// </summary>
    /// <param name="before">Bytes in front of the range, 0 or more.</param>
    /// <param name="longer">Covers them and the range.</param>
    public bool TryShareWithHead(int before, out Lease longer)
    {
        longer = default;
        if (!IsSole || before > Offset)
            return false;
        _buffer!.Hold();
        longer = new(_buffer, Offset - before, before + Length);
        return true;
    }

    /// <summary>
    /// Copies bytes behind the range, into what the block has left, if nobody else holds the block: small texts in a row
    /// share one. False, and nothing done, when that cannot be.
    /// </summary>
    /// <param name="bytes">What is added.</param>
    /// <param name="longer">The same claim over the longer range.</param>
    public bool TryExtend(ReadOnlySpan<byte> bytes, out Lease longer)
    {
        longer = this;
        if (!IsSole || bytes.Length > _buffer!.Capacity - Offset - Length)
            return false;
        longer = new(_buffer, Offset, Length + bytes.Length);
        bytes.CopyTo(longer.Span[Length..]);
        return true;
    }

    /// <summary>Gives the claim back; with the last one the block returns to its pool.</summary>
    public void Release() => _buffer?.LetGo();

    /// <summary>Makes <paramref name="pool"/> the block's home: the last step of a hand-over between shards.</summary>
    public void Adopt(BufferPool pool) => _buffer!.Home = pool;
}
