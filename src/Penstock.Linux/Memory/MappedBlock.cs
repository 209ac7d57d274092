using System;
using System.Buffers;

namespace Penstock.Linux.Memory;

/// <summary>A block of a region, as <see cref="Memory{T}"/>.</summary>
internal sealed unsafe class MappedBlock(MappedRegion region, int number) : MemoryManager<byte>
{
    private readonly byte* _start = region.Start + (nint)number * region.BlockSize;

    internal MappedRegion Region { get; } = region;

    internal int Number { get; } = number;

    public override Span<byte> GetSpan() => new(_start, Region.BlockSize);

    public override MemoryHandle Pin(int elementIndex = 0) => new(_start + elementIndex);

    public override void Unpin()
    {
    }

    protected override void Dispose(bool disposing)
    {
    }
}
