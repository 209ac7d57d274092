using System;

namespace Penstock.Stack.Buffers;

/// <summary>Where packet buffers come from: memory that never moves, outside the collector's heap.</summary>
/// <remarks>Implementations are called from any shard's thread and must be thread-safe.</remarks>
public abstract class PacketMemory
{
    /// <summary>Takes <paramref name="size"/> bytes that do not move.</summary>
    /// <exception cref="OutOfMemoryException">The system refused.</exception>
    public abstract Memory<byte> Allocate(int size);

    /// <summary>Says that so many more blocks of a size will be wanted; nothing is taken from the system yet.</summary>
    public virtual void Prepare(int size, int count)
    {
    }

    /// <summary>Gives back what <see cref="Allocate"/> returned; its pages return to the system.</summary>
    public abstract void Free(Memory<byte> memory);
}
