using System;

namespace Penstock.Stack.Buffers;

/// <summary>A block of packet memory with a count of the leases that hold it.</summary>
/// <remarks>
/// Used by one thread at a time. A buffer may travel to another shard (through a mailbox) as a whole, with exactly one
/// lease on it; the receiving shard then gives it back to its own pool.
/// </remarks>
public sealed class PacketBuffer
{
    private int _leases;

    internal PacketBuffer()
    {
    }

    /// <summary>The block; empty while the buffer is one of its pool's empty ones.</summary>
    internal Memory<byte> Memory { get; set; }

    internal int SizeClass { get; set; }

    /// <summary>The next buffer of the pool's free list.</summary>
    internal PacketBuffer? NextFree { get; set; }

    /// <summary>The pool that takes the buffer when the last lease is given back.</summary>
    internal BufferPool? Home { get; set; }

    /// <summary>Bytes in the block.</summary>
    public int Capacity => Memory.Length;

    /// <summary>Leases that hold the block: 0 means that it lies in a pool.</summary>
    public int Leases => _leases;

    internal void Hold() => _leases++;

    internal void LetGo()
    {
        if (_leases <= 0)
            throw new InvalidOperationException("a packet buffer was given back more often than it was leased");
        if (--_leases == 0)
            Home!.Take(this);
    }
}
