using System;
using System.Buffers;

namespace Penstock.Linux.Memory;

/// <summary>A block of a region, as <see cref="Memory{T}"/>.</summary>
internal sealed unsafe class MappedBlock(MappedRegion region, int number) : MemoryManager<byte>
{
    private byte* _start;

    internal MappedRegion Region { get; } = region;

    internal int Number { get; } = number;

    /// <summary>Finds its place, once its region is mapped.</summary>
    internal MappedBlock Place()
    {
        _start = Region.Start + (nint)Number * Region.BlockSize;
        return this;
    }

    public override Span<byte> GetSpan() => new(_start, Region.BlockSize);

    public override MemoryHandle Pin(int elementIndex = 0) => new(_start + elementIndex);

    public override void Unpin()
    {
    }

    protected override void Dispose(bool disposing)
    {
    }
}
