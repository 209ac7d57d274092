using System;
using System.Collections.Generic;
using System.Runtime.InteropServices;
using System.Threading;

namespace Penstock.Linux.Memory;

/// <summary>Memory for packets: mapped pages that never move, which go back to the system as soon as they are free.</summary>
/// <remarks>
/// Blocks of one size are carved out of regions of 2 MB, so that 100 000 buffers do not mean 100 000 mappings. A freed
/// block gives its pages back at once (a small one, when the last block on its page is free); an empty region is
/// unmapped, and some of the objects that described it are kept. Thread-safe. A block that is used after it was freed is read from
/// whoever has it next, or ends the process.
/// </remarks>
public sealed class MappedPacketMemory : IDisposable
{
    private const int MostUnmapped = 32;
    private const int FewBlocks = 64;
    private readonly Dictionary<int, Regions> _bySize = [];

    // A monitor allocates where two threads meet; this one waits by yielding, and what it guards is short.
    private SpinLock _lock = new(enableThreadOwnerTracking: false);

    /// <summary>Bytes of address space that are mapped.</summary>
    public long MappedBytes
    {
        get
        {
            using Held held = Hold();
            long sum = 0;
            foreach (Regions regions in _bySize.Values)
                sum += regions.MappedBytes;
            return sum;
        }
    }

    /// <summary>Takes a block; its contents are undefined.</summary>
    /// <param name="size">1 byte to 1 MB, rounded up to a multiple of 64.</param>
    /// <exception cref="OutOfMemoryException">The system refused.</exception>
    public Memory<byte> Allocate(int size)
    {
        using Held held = Hold();
        return RegionsOf(size).Allocate().Memory[..size];
    }

    /// <summary>Makes ready the objects that describe so many more blocks; pages are mapped when they are taken.</summary>
    /// <param name="size">As for <see cref="Allocate"/>.</param>
    /// <param name="count">Blocks.</param>
    public void Prepare(int size, int count)
    {
        using Held held = Hold();
        RegionsOf(size).Prepare(count);
    }

    /// <summary>Gives back what <see cref="Allocate"/> returned; nobody may touch it any more.</summary>
    /// <exception cref="ArgumentException">It was not allocated here, or it was freed before.</exception>
    public void Free(Memory<byte> memory)
    {
        if (!MemoryMarshal.TryGetMemoryManager<byte, MappedBlock>(memory, out MappedBlock? block))
            throw new ArgumentException("this memory was not allocated here", nameof(memory));
        using Held held = Hold();
        if (!_bySize.TryGetValue(block.Region.BlockSize, out Regions? regions) || !regions.TryFree(block))
            throw new ArgumentException("this memory was freed before, or belongs to another owner", nameof(memory));
    }

    private Held Hold()
    {
        bool taken = false;
        _lock.Enter(ref taken);
        return new Held(this);
    }

    private readonly ref struct Held(MappedPacketMemory memory)
    {
        public void Dispose() => memory._lock.Exit();
    }

    /// <summary>Unmaps everything, blocks that were not given back included; nobody may touch one any more.</summary>
    public void Dispose()
    {
        using Held held = Hold();
        foreach (Regions regions in _bySize.Values)
            regions.Unmap();
        _bySize.Clear();
    }

    private Regions RegionsOf(int size)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(size);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(size, MappedRegion.LargestBlock);
        int rounded = (size + 63) & ~63;
        if (!_bySize.TryGetValue(rounded, out Regions? regions))
            _bySize.Add(rounded, regions = new Regions(rounded));
        return regions;
    }

    /// <summary>The regions of one block size; those with free blocks in a row, the fullest in front.</summary>
    private sealed class Regions(int blockSize)
    {
        private readonly LinkedList<MappedRegion> _withFree = [];
        private readonly LinkedList<MappedRegion> _mapped = [];
        private readonly Stack<MappedRegion> _unmapped = new(MostUnmapped);

        public long MappedBytes { get; private set; }

        /// <summary>A region is filled before the next one is begun, so each is prepared as a whole, save of very many blocks.</summary>
        public void Prepare(int count)
        {
            foreach (MappedRegion region in _mapped)
                count -= Prepare(region, count);
            foreach (MappedRegion region in _unmapped)
                count -= Prepare(region, count);
            while (count > 0)
            {
                MappedRegion region = new(blockSize);
                count -= Prepare(region, count);
                _unmapped.Push(region);
            }
        }

        private int Prepare(MappedRegion region, int count) =>
            count <= 0 ? 0 : region.Prepare(Math.Max(count, Math.Min(MappedRegion.Size / blockSize, FewBlocks)));

        public MappedBlock Allocate()
        {
            if (_withFree.First is not { } node)
            {
                node = NewRegion().Node;
                _withFree.AddFirst(node);
                MappedBytes += MappedRegion.Size;
            }
            MappedBlock block = node.Value.Take();
            if (node.Value.IsFull)
                _withFree.Remove(node);
            return block;
        }

        private MappedRegion NewRegion()
        {
            MappedRegion region = _unmapped.TryPop(out MappedRegion? kept) ? kept : new MappedRegion(blockSize);
            region.Map();
            _mapped.AddLast(region.MappedNode);
            return region;
        }

        public void Unmap()
        {
            foreach (MappedRegion region in _mapped)
                region.Unmap();
        }

        public bool TryFree(MappedBlock block)
        {
            MappedRegion region = block.Region;
            bool wasFull = region.IsFull;
            if (!region.TryGiveBack(block))
                return false;
            if (region.IsEmpty)
            {
                if (!wasFull)
                    _withFree.Remove(region.Node);
                region.Unmap();
                _mapped.Remove(region.MappedNode);
                if (_unmapped.Count < MostUnmapped)
                    _unmapped.Push(region);
                MappedBytes -= MappedRegion.Size;
            }
            else if (wasFull)
            {
                _withFree.AddFirst(region.Node);
            }
            return true;
        }
    }
}
