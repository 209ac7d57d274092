using System;
using System.Threading;

namespace Penstock.Stack.Buffers;

/// <summary>
/// Free buffers on their way back: a shard that hands packets over loses a buffer with each, and the one that takes them gains it.
/// </summary>
/// <remarks>
/// Thread-safe and lock-free. A slot holds a chain of <see cref="Batch"/> buffers, which changes hands as a whole, so that
/// the cost is one exchange for a batch. There are slots for 2 MB of a size; what finds none stays with its pool.
/// </remarks>
public sealed class BufferExchange
{
    internal const int Batch = 16;

    private const int BytesOfClass = 2 << 20;
    private const int LeastSlots = 4;
    private readonly PacketBuffer?[][] _chains = new PacketBuffer?[BufferPool.SizeClasses][];

    /// <summary>Makes an empty one.</summary>
    public BufferExchange()
    {
        for (int sizeClass = 0; sizeClass < _chains.Length; sizeClass++)
            _chains[sizeClass] = new PacketBuffer?[Math.Max(LeastSlots, BytesOfClass / (Batch * BufferPool.SizeOf(sizeClass)))];
    }

    internal bool TryGive(int sizeClass, PacketBuffer chain)
    {
        foreach (ref PacketBuffer? slot in _chains[sizeClass].AsSpan())
        {
            if (Volatile.Read(ref slot) is null && Interlocked.CompareExchange(ref slot, chain, null) is null)
                return true;
        }
        return false;
    }

    internal PacketBuffer? TryTake(int sizeClass)
    {
        foreach (ref PacketBuffer? slot in _chains[sizeClass].AsSpan())
        {
            if (Volatile.Read(ref slot) is not null && Interlocked.Exchange(ref slot, null) is { } chain)
                return chain;
        }
        return null;
    }
}
