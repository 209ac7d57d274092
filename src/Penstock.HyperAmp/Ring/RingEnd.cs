using System;
using System.Buffers.Binary;
using Penstock.HyperAmp.Regions;
using Penstock.Linux.Memory;

namespace Penstock.HyperAmp.Ring;

/// <summary>One ring: its control page, its blocks, and the geometry latched from the page.</summary>
public sealed class RingEnd
{
    private RingEnd(RingMemory page, RingMemory data, RingGeometry geometry, RingOptions options)
    {
        Data = data;
        Geometry = geometry;
        Options = options;
        TakesLock = options.Locking == RingLocking.Interlocked && !page.IsStrict;
        Page = new(new MappedWords(page.Window), geometry.Capacity);
        Lock = new(new MappedWords(page.Window));
    }

    /// <summary>The latched dimensions.</summary>
    public RingGeometry Geometry { get; }

    internal RingPage<MappedWords> Page { get; }

    internal RingLock<MappedWords> Lock { get; }

    internal RingMemory Data { get; }

    internal RingOptions Options { get; }

    internal bool TakesLock { get; }

    /// <summary>Writes a fresh control page, the readiness field last.</summary>
    /// <param name="page">The control page.</param>
    /// <param name="data">The blocks, with block 0; the caller has zeroed them.</param>
    /// <param name="geometry">The dimensions; they must fit in <paramref name="data"/>.</param>
    /// <param name="options">What both ends agree on.</param>
    /// <param name="physicalAddress">What the page says about where it lies; peers only print it.</param>
    /// <param name="virtualAddress">The creator's address of the page; peers only print it.</param>
    /// <exception cref="ArgumentException">The geometry does not fit.</exception>
    public static RingEnd Create(
        RingMemory page, RingMemory data, RingGeometry geometry, RingOptions options, ulong physicalAddress = 0, ulong virtualAddress = 0)
    {
        if (page.Length != ControlPage.Size || !geometry.FitsIn(data.Length))
            throw new ArgumentException($"a ring of {geometry.Capacity} blocks of {geometry.BlockSize} does not fit in {data.Length} bytes", nameof(geometry));
        MappedWindow words = page.Window;
        // Capacity 0 tells peers to wait, before anything else changes.
        words.WriteUInt64(ControlPage.Head, 0);
        page.Clear();
        Span<byte> addresses = stackalloc byte[2 * sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(addresses, physicalAddress);
        BinaryPrimitives.WriteUInt64LittleEndian(addresses[sizeof(ulong)..], virtualAddress);
        // These two fields are not aligned to their size, so they go byte by byte.
        for (int i = 0; i < addresses.Length; i++)
            words.WriteByte(ControlPage.PhysicalAddress + i, addresses[i]);
        words.WriteUInt16(ControlPage.BlockSize, (ushort)geometry.BlockSize);
        words.WriteUInt16(ControlPage.Reserved, options.SeparateData ? ControlPage.SeparateDataMark : (ushort)0);
        words.WriteUInt32(ControlPage.Version, ControlPage.VersionValue);
        words.WriteUInt32(ControlPage.Magic, ControlPage.MagicValue);
        // RING READY, release: a peer that sees the capacity sees the whole page.
        words.WriteUInt16(ControlPage.Capacity, (ushort)geometry.Capacity);
        return new(page, data, geometry, options);
    }

    /// <summary>Latches a page that a creator has finished.</summary>
    /// <returns>
    /// <see cref="RingResult.NotReady"/> while the capacity is 0, <see cref="RingResult.Corrupted"/> when the page
    /// describes a ring that the data area cannot hold or that the options contradict.
    /// </returns>
    public static RingResult TryAttach(RingMemory page, RingMemory data, RingOptions options, out RingEnd? ring)
    {
        ring = null;
        if (page.Length != ControlPage.Size)
            return RingResult.Corrupted;
        MappedWindow words = page.Window;
        // Acquire: pairs with RING READY.
        var head = new RingHead(words.ReadUInt64(ControlPage.Head));
        if (head.Capacity == 0)
            return RingResult.NotReady;
        var geometry = new RingGeometry(head.Capacity, words.ReadUInt16(ControlPage.BlockSize));
        bool isSeparate = words.ReadUInt16(ControlPage.Reserved) == ControlPage.SeparateDataMark;
        // The magic is no condition: the classic front end's page has other bytes in its place.
        if (!geometry.FitsIn(data.Length) || !head.IsValid(head.Capacity) || isSeparate != options.SeparateData)
            return RingResult.Corrupted;
        ring = new(page, data, geometry, options);
        return RingResult.Ok;
    }

    /// <summary>What the page says now, for people to look at.</summary>
    public RingStatus ReadStatus()
    {
        RingHead head = Page.ReadHead();
        MappedWindow words = Page.Words.Window;
        return new(
            head.Header,
            head.Tail,
            head.Capacity,
            head.IsValid(Geometry.Capacity) ? head.Length : -1,
            words.ReadUInt32(ControlPage.EnqueueCount),
            words.ReadUInt32(ControlPage.DequeueCount),
            words.ReadUInt32(ControlPage.LockValue),
            words.ReadUInt32(ControlPage.OwnerZone),
            words.ReadUInt32(ControlPage.LockCount),
            words.ReadUInt32(ControlPage.Contention));
    }
}
