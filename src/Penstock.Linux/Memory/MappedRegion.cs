using System;
using System.Collections.Generic;
using System.Numerics;
using Penstock.Linux.Interop;

namespace Penstock.Linux.Memory;

/// <summary>2 MB of mapped pages in blocks of one size.</summary>
/// <remarks>
/// Transparent huge pages are refused: one touched buffer would otherwise hold 2 MB, and pages that were given back
/// would be collected into a huge page again. Not thread-safe: the owner locks.
/// </remarks>
internal sealed unsafe class MappedRegion
{
    internal const int Size = 2 << 20;
    internal const int LargestBlock = Size / 2;

    private static readonly int PageSize = Environment.SystemPageSize;

    // One bit a block, set while it is taken.
    private readonly ulong[] _taken;

    // A block that is taken again is the same object: what a burst has made serves the next one.
    private readonly MappedBlock?[] _objects;
    private readonly int _blocks;
    private int _takenCount;
    private int _searchFrom;

    /// <param name="blockSize">Bytes of a block, a multiple of 64.</param>
    internal MappedRegion(int blockSize)
    {
        BlockSize = blockSize;
        _blocks = Size / blockSize;
        _taken = new ulong[(_blocks + 63) / 64];
        _objects = new MappedBlock?[_blocks];
        Node = new LinkedListNode<MappedRegion>(this);
        MappedNode = new LinkedListNode<MappedRegion>(this);
    }

    internal byte* Start { get; private set; }

    internal int BlockSize { get; }

    /// <summary>The owner's place for this region in its list.</summary>
    internal LinkedListNode<MappedRegion> Node { get; }

    /// <summary>Its place among those that are mapped.</summary>
    internal LinkedListNode<MappedRegion> MappedNode { get; }

    internal bool IsFull => _takenCount == _blocks;

    internal bool IsEmpty => _takenCount == 0;

    /// <summary>Maps its pages: before the first block is taken, and again after <see cref="Unmap"/>.</summary>
    internal void Map()
    {
        nint mapped = Libc.mmap(
            null, Size, Libc.PROT_READ | Libc.PROT_WRITE, Libc.MAP_PRIVATE | Libc.MAP_ANONYMOUS | Libc.MAP_NORESERVE, -1, 0);
        if (mapped == -1)
            throw new OutOfMemoryException($"the system refuses {Size} bytes for packets (memory limit, or vm.max_map_count)");
        Start = (byte*)mapped;

        // A kernel without huge pages, or without the advice, refuses: nothing is lost.
        _ = Libc.madvise(Start, Size, Libc.MADV_NOHUGEPAGE);
    }

    /// <summary>Makes the objects of up to so many more blocks now, in the order in which blocks are taken; the value is how many.</summary>
    internal int Prepare(int count)
    {
        int made = 0;
        for (int number = 0; number < _blocks && made < count; number++)
        {
            if (_objects[number] is not null)
                continue;
            _objects[number] = new MappedBlock(this, number);
            made++;
        }
        return made;
    }

    /// <summary>Takes the first free block at or behind the place of the last search; the region is not full.</summary>
    internal MappedBlock Take()
    {
        for (int i = _searchFrom; ; i = (i + 1) % _taken.Length)
        {
            int bit = BitOperations.TrailingZeroCount(~_taken[i]);
            int number = i * 64 + bit;
            if (bit == 64 || number >= _blocks)
                continue;
            _taken[i] |= 1UL << bit;
            _takenCount++;
            _searchFrom = i;
            return (_objects[number] ??= new MappedBlock(this, number)).Place();
        }
    }

    /// <summary>Takes a block back, and gives the pages that only it used to the system; false when it is free already.</summary>
    internal bool TryGiveBack(MappedBlock block)
    {
        if (!IsTaken(block.Number))
            return false;
        _taken[block.Number / 64] &= ~(1UL << (block.Number % 64));
        _takenCount--;
        _searchFrom = Math.Min(_searchFrom, block.Number / 64);
        if (!IsEmpty)
            ReturnPages(block.Number);
        return true;
    }

    internal void Unmap() => _ = Libc.munmap(Start, Size);

    private bool IsTaken(int number) => (_taken[number / 64] >> (number % 64) & 1) != 0;

    /// <summary>Pages that the block touches are free unless a neighbour that is taken touches the first or the last of them.</summary>
    private void ReturnPages(int number)
    {
        int from = number * BlockSize / PageSize;
        int to = ((number + 1) * BlockSize + PageSize - 1) / PageSize;
        while (from < to && IsPageUsed(from))
            from++;
        while (from < to && IsPageUsed(to - 1))
            to--;
        if (from < to)
            _ = Libc.madvise(Start + (nint)from * PageSize, (nuint)((to - from) * PageSize), Libc.MADV_DONTNEED);
    }

    private bool IsPageUsed(int page)
    {
        int first = page * PageSize / BlockSize;
        int last = Math.Min(((page + 1) * PageSize - 1) / BlockSize, _blocks - 1);
        for (int i = first; i <= last; i++)
        {
            if (IsTaken(i))
                return true;
        }
        return false;
    }
}
