namespace Penstock.HyperAmp.Ring;

/// <summary>The first word of a control page: both indices and the capacity, of one moment.</summary>
/// <param name="Word">The page's first eight bytes.</param>
public readonly record struct RingHead(ulong Word)
{
    /// <summary>The producer's index; the next message goes into the block behind it.</summary>
    public int Header => (ushort)(Word >> 16);

    /// <summary>The consumer's index; equal to <see cref="Header"/> when the ring is empty.</summary>
    public int Tail => (ushort)(Word >> 32);

    /// <summary>Zero until a creator has finished the page.</summary>
    public int Capacity => (ushort)(Word >> 48);

    /// <summary>Messages between the indices, when both are below the capacity.</summary>
    public int Length => Header >= Tail ? Header - Tail : Capacity - Tail + Header;

    /// <summary>True while the page still has the geometry that was latched and both indices lie in it.</summary>
    public bool IsValid(int capacity) => Capacity == capacity && Header < capacity && Tail < capacity;
}
