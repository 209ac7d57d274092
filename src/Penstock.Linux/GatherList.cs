using System;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Penstock.Linux;

/// <summary>Parts of memory that one call writes as if they lay in a row.</summary>
/// <remarks>
/// The list keeps addresses, not references: every part must lie in memory that does not move and outlives the call
/// (packet memory, the stack, pinned arrays). A part in the collector's heap would be written from wherever it used to lie.
/// </remarks>
/// <param name="storage">Room for the parts; its length is the most that can be added, up to 1024.</param>
public ref struct GatherList(Span<IoVector> storage)
{
    private readonly Span<IoVector> _storage = storage;

    /// <summary>Parts added.</summary>
    public int Count { get; private set; }

    /// <summary>Bytes of all parts.</summary>
    public int Length { get; private set; }

    internal readonly ref IoVector First => ref MemoryMarshal.GetReference(_storage);

    /// <summary>Adds a part behind the others; an empty one is left out.</summary>
    /// <param name="unmovable">Memory that does not move.</param>
    /// <exception cref="IndexOutOfRangeException">The storage is full.</exception>
    public unsafe void Add(scoped ReadOnlySpan<byte> unmovable)
    {
        if (unmovable.IsEmpty)
            return;
        ref IoVector vector = ref _storage[Count];
        vector.iov_base = Unsafe.AsPointer(ref MemoryMarshal.GetReference(unmovable));
        vector.iov_len = (nuint)unmovable.Length;
        Count++;
        Length += unmovable.Length;
    }

    /// <summary>Copies the parts in a row, as far as there is room; the value is the number of bytes.</summary>
    public readonly unsafe int CopyTo(scoped Span<byte> destination)
    {
        int copied = 0;
        for (int i = 0; i < Count && copied < destination.Length; i++)
        {
            int part = (int)Math.Min(_storage[i].iov_len, (nuint)(destination.Length - copied));
            new ReadOnlySpan<byte>(_storage[i].iov_base, part).CopyTo(destination[copied..]);
            copied += part;
        }
        return copied;
    }

    /// <summary>Forgets all parts; the storage stays.</summary>
    public void Clear()
    {
        Count = 0;
        Length = 0;
    }
}
