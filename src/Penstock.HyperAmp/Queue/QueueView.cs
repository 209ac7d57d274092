using System;
using System.Runtime.CompilerServices;
using Penstock.HyperAmp.Regions;

namespace Penstock.HyperAmp.Queue;

/// <summary>The fields of a queue page. Geometry comes from the region, never from the page.</summary>
/// <typeparam name="TWords">The memory.</typeparam>
public readonly struct QueueView<TWords>
    where TWords : struct, ISharedWords
{
    /// <summary>Bytes of an entry.</summary>
    public const int EntrySize = 16;

    private const int MarkOffset = 0;
    private const int SizeOffset = 4;
    private const int EmptyOffset = 6;
    private const int WaitOffset = 8;
    private const int ProcOffset = 10;
    private const int LockOffset = 12;

    private const byte Locked = 0x0F;
    private const byte Unlocked = 0x0A;

    private readonly TWords _words;
    private readonly int _entries;
    private readonly bool _locks;

    /// <summary>A page of the given layout.</summary>
    /// <param name="words">The page.</param>
    /// <param name="layout">V1 or V2.</param>
    /// <param name="isStrict">
    /// True for memory without compare-exchange: the lock byte is then left alone, and the side region's lock excludes (S6).
    /// </param>
    /// <exception cref="ArgumentException">The page holds no entry.</exception>
    public QueueView(TWords words, QueueLayout layout, bool isStrict = false)
    {
        _words = words;
        Layout = layout;
        IsStrict = isStrict;
        _locks = layout == QueueLayout.V2 && !isStrict;
        _entries = layout == QueueLayout.V1 ? 12 : 16;
        Capacity = CapacityOf(words.Length, layout);
        if (Capacity < 1)
            throw new ArgumentException($"a queue of {words.Length} bytes has no room for an entry");
    }

    /// <summary>The layout in which the page is read.</summary>
    public QueueLayout Layout { get; }

    /// <summary>True for memory without compare-exchange.</summary>
    public bool IsStrict { get; }

    /// <summary>Entries; also the index that ends every list.</summary>
    public int Capacity { get; }

    /// <summary>How many entries a page of <paramref name="length"/> bytes holds: at most 65 535.</summary>
    public static int CapacityOf(int length, QueueLayout layout) =>
        Math.Clamp((length - (layout == QueueLayout.V1 ? 12 : 16)) / EntrySize, 0, ushort.MaxValue);

    /// <summary>The page itself.</summary>
    public TWords Words => _words;

    /// <summary>The working mark.</summary>
    public uint Mark
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => _words.ReadUInt32(MarkOffset);
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        set => _words.WriteUInt32(MarkOffset, value);
    }

    /// <summary>Entry count as the page states it; for detection and display only.</summary>
    public ushort StatedSize
    {
        get => _words.ReadUInt16(SizeOffset);
        set => _words.WriteUInt16(SizeOffset, value);
    }

    /// <summary>Head of the free list.</summary>
    public int EmptyHead
    {
        get => _words.ReadUInt16(EmptyOffset);
        set => _words.WriteUInt16(EmptyOffset, (ushort)value);
    }

    /// <summary>Head of the list of messages not handed over yet.</summary>
    public int WaitHead
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => _words.ReadUInt16(WaitOffset);
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        set => _words.WriteUInt16(WaitOffset, (ushort)value);
    }

    /// <summary>Head of the chain handed to the service.</summary>
    public int ProcHead
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => _words.ReadUInt16(ProcOffset);
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        set => _words.WriteUInt16(ProcOffset, (ushort)value);
    }

    /// <summary>True when an index read from shared memory names an entry; anything else ends a list.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool IsEntry(int index) => (uint)index < (uint)Capacity;

    /// <summary>The lock byte of <see cref="QueueLayout.V2"/>.</summary>
    public byte LockByte => Layout == QueueLayout.V2 ? _words.ReadByte(LockOffset) : Unlocked;

    /// <summary>The entry's own index, which nobody rewrites after initialisation.</summary>
    public int Cur(int index) => _words.ReadUInt16(At(index) + 12);

    /// <summary>The next entry of the list the entry is on.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Next(int index) => _words.ReadUInt16(At(index) + 14);

    /// <summary>Links an entry to the next one of its list.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void SetNext(int index, int next) => _words.WriteUInt16(At(index) + 14, (ushort)next);

    /// <summary>The flag word: an acquire load, so what the service wrote before it is visible after it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ushort Flag(int index) => _words.ReadUInt16(At(index));

    /// <summary>Stores the flag word: one 16-bit release store.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void SetFlag(int index, ushort flag) => _words.WriteUInt16(At(index), flag);

    /// <summary>Copies the 12 bytes of a message; what the page holds later is nobody's business.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Message Snapshot(int index)
    {
        int at = At(index);
        uint first = _words.ReadUInt32(at);
        return new Message(
            (ushort)first, (ushort)(first >> 16), _words.ReadUInt32(at + 4), _words.ReadUInt32(at + 8));
    }

    /// <summary>Writes a message into an entry that this side owns.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Write(int index, in Message message)
    {
        int at = At(index);
        _words.WriteUInt32(at, message.Flag | ((uint)message.Service << 16));
        _words.WriteUInt32(at + 4, message.Offset);
        _words.WriteUInt32(at + 8, message.Length);
    }

    /// <summary>Where an entry says that its payload lies.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public uint Offset(int index) => _words.ReadUInt32(At(index) + 4);

    /// <summary>Has an entry brought near that is about to be read; any index is good for it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Prefetch(uint index)
    {
        _words.Prefetch(MarkOffset);
        if (index < (uint)Capacity)
            _words.Prefetch((uint)At((int)index));
    }

    /// <summary>Stores the length of an entry's message.</summary>
    public void SetLength(int index, uint length) => _words.WriteUInt32(At(index) + 8, length);

    /// <summary>Stores an entry's own index: part of initialisation.</summary>
    public void SetCur(int index, int value) => _words.WriteUInt16(At(index) + 12, (ushort)value);

    /// <summary>Takes the lock byte; true at once in V1, which has none, and on strict memory.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryLock() => !_locks || _words.CompareExchange(LockOffset, Locked, Unlocked) == Unlocked;

    /// <summary>Gives the lock byte back.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Unlock()
    {
        if (_locks)
            _words.WriteByte(LockOffset, Unlocked);
    }

    /// <summary>Stores the lock byte as free, whoever holds it: part of initialisation.</summary>
    public void ResetLock()
    {
        if (Layout == QueueLayout.V2)
            _words.WriteByte(LockOffset, Unlocked);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int At(int index) => _entries + (index * EntrySize);
}
