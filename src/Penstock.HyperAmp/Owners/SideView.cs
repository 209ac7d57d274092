using System.Runtime.CompilerServices;
using Penstock.HyperAmp.Regions;

namespace Penstock.HyperAmp.Owners;

/// <summary>The fields of the side region.</summary>
/// <typeparam name="TWords">The memory.</typeparam>
/// <param name="words">The region.</param>
/// <param name="geometry">Its geometry, computed by this process.</param>
public readonly struct SideView<TWords>(TWords words, SideGeometry geometry)
    where TWords : struct, ISharedWords
{
    /// <summary>Where the service's futex word lies.</summary>
    public const int SleepOffset = 192;

    private const ulong Magic = 0x3145444953545350;
    private const uint Version = 4;
    private const uint SingleBit = 0x80000000;
    private const int LockOffset = 64;
    private const int SenderJournalOffset = 72;
    private const int EpochOffset = 128;
    private const int ServiceOffset = 132;
    private const int CycleOffset = 136;
    private const int HintOffset = 140;
    private const int JournalOffset = 256;
    private const int CountersOffset = 320;
    private const int BellOffset = 448;

    private readonly TWords _words = words;

    /// <summary>Sizes and offsets.</summary>
    public SideGeometry Geometry { get; } = geometry;

    /// <summary>The memory itself.</summary>
    public TWords Words => _words;

    /// <summary>Raised when the queue was initialised anew under living clients.</summary>
    public uint Epoch
    {
        get => _words.ReadUInt32(EpochOffset);
        set => _words.WriteUInt32(EpochOffset, value);
    }

    /// <summary>Owner slot + 1 of the service, 0 while none is announced.</summary>
    public int Service
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => _words.ReadUInt32(ServiceOffset) is var slot and <= SideGeometry.OwnerSlots ? (int)slot : 0;
        set => _words.WriteUInt32(ServiceOffset, (uint)value);
    }

    /// <summary>Counts hand-overs, so that a client of a legacy service can tell that its BUSY cycle has ended.</summary>
    public uint Cycle
    {
        get => _words.ReadUInt32(CycleOffset);
        set => _words.WriteUInt32(CycleOffset, value);
    }

    /// <summary>Where the allocator looks first: a unit.</summary>
    public uint Hint
    {
        get => _words.ReadUInt32(HintOffset);
        set => _words.WriteUInt32(HintOffset, value);
    }

    /// <summary>1 while the service sleeps or is about to.</summary>
    public uint Sleep
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => _words.ReadUInt32(SleepOffset);
        set => _words.WriteUInt32(SleepOffset, value);
    }

    /// <summary>1 while the service runs the messages of a chain that is still linked.</summary>
    public uint Journal
    {
        get => _words.ReadUInt32(JournalOffset);
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        set => _words.WriteUInt32(JournalOffset, value);
    }

    /// <summary>Moves with every hand-over: a collector that spins watches this line and leaves the page's to the senders.</summary>
    public uint Bell
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => _words.ReadUInt32(BellOffset);
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        set => _words.WriteUInt32(BellOffset, value);
    }

    /// <summary>The entry that was handed over last, for whoever prefetches it; not checked.</summary>
    public uint RungEntry => _words.ReadUInt32(BellOffset + 4);

    /// <summary>Where the payload of <see cref="RungEntry"/> lies; not checked.</summary>
    public uint RungPayload => _words.ReadUInt32(BellOffset + 8);

    /// <summary>Notes what is handed over, before the bell moves.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void NoteRung(int entry, uint payload)
    {
        _words.WriteUInt32(BellOffset + 4, (uint)entry);
        _words.WriteUInt32(BellOffset + 8, payload);
    }

    /// <summary>The lock word: 0 while free.</summary>
    public ulong LockWord => _words.ReadUInt64(LockOffset);

    /// <summary>What a sender is handing over, see <see cref="Note"/>; 0 between hand-overs.</summary>
    public uint SenderJournal
    {
        get => _words.ReadUInt32(SenderJournalOffset);
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        set => _words.WriteUInt32(SenderJournalOffset, value);
    }

    /// <summary>The note for the hand-over of a chain by its head, or of one entry taken out of the wait list.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Note(int index, bool single) => (uint)index + 1 | (single ? SingleBit : 0);

    /// <summary>The entry of a note.</summary>
    public static int NotedEntry(uint note) => (int)(note & ~SingleBit) - 1;

    /// <summary>True when the note is of one entry.</summary>
    public static bool IsSingle(uint note) => (note & SingleBit) != 0;

    /// <summary>True when the file is for this geometry and layout.</summary>
    public bool IsFor(uint layout) =>
        _words.ReadUInt64(0) == Magic && _words.ReadUInt32(8) == Version
        && _words.ReadUInt32(12) == (uint)Geometry.Entries && _words.ReadUInt32(16) == (uint)Geometry.PayloadLength
        && _words.ReadUInt32(20) == (uint)Geometry.Unit && _words.ReadUInt32(24) == layout;

    /// <summary>Makes the region anew: all zeros behind a fresh head.</summary>
    public void Initialise(uint layout)
    {
        uint epoch = Epoch;
        for (int i = 0; i + 8 <= Geometry.Length; i += 8)
            _words.WriteUInt64(i, 0);
        Epoch = epoch + 1;
        Hint = 1;
        _words.WriteUInt32(8, Version);
        _words.WriteUInt32(12, (uint)Geometry.Entries);
        _words.WriteUInt32(16, (uint)Geometry.PayloadLength);
        _words.WriteUInt32(20, (uint)Geometry.Unit);
        _words.WriteUInt32(24, layout);
        _words.WriteUInt64(0, Magic);
    }

    /// <summary>Takes the lock if it is free.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryLock(ulong word) => _words.ReadUInt64(LockOffset) == 0 && TryLock(word, 0);

    /// <summary>Takes the lock from a holder that is known to be dead.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryLock(ulong word, ulong from) => _words.CompareExchange(LockOffset, word, from) == from;

    /// <summary>Gives the lock back; a full fence, after which <see cref="Sleep"/> may be read.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Unlock() => _words.Exchange(LockOffset, 0);

    /// <summary>Owner slot + 1 of an entry, 0 for an entry of a legacy peer.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int OwnerOf(int entry) => _words.ReadUInt16(Geometry.Owned + (2 * entry));

    /// <summary>Notes the owner of an entry.</summary>
    public void SetOwnerOf(int entry, int slotPlusOne) =>
        _words.WriteUInt16(Geometry.Owned + (2 * entry), (ushort)slotPlusOne);

    /// <summary>State and owner of an entry.</summary>
    public EntryWord Entry(int entry) => new(_words.ReadUInt64(Record(entry)));

    /// <summary>Stores state and owner.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void SetEntry(int entry, EntryWord word) => _words.WriteUInt64(Record(entry), word.Value);

    /// <summary>Changes state and owner in one step.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryChange(int entry, EntryWord from, EntryWord to) =>
        _words.CompareExchange(Record(entry), to.Value, from.Value) == from.Value;

    /// <summary>The payload block of an entry: first unit and units, in one word.</summary>
    public PayloadBlock Block(int entry)
    {
        ulong word = _words.ReadUInt64(Record(entry) + 8);
        return new PayloadBlock((uint)word, (uint)(word >> 32));
    }

    /// <summary>Notes the payload block of an entry.</summary>
    public void SetBlock(int entry, PayloadBlock block) =>
        _words.WriteUInt64(Record(entry) + 8, block.First | ((ulong)block.Units << 32));

    /// <summary>1 when the message was completed because its service died.</summary>
    public uint Lost(int entry) => _words.ReadUInt32(Record(entry) + 16);

    /// <summary>Notes or forgets that a message was lost.</summary>
    public void SetLost(int entry, uint value) => _words.WriteUInt32(Record(entry) + 16, value);

    /// <summary>Where an owner slot begins.</summary>
    public static int OwnerAt(int slot) => SideGeometry.Owners + (slot * SideGeometry.OwnerSize);

    /// <summary>Where an owner's futex word lies.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int WakeAt(int slot) => OwnerAt(slot) + 64;

    /// <summary>The nonce in an owner slot, 0 when nobody registered there.</summary>
    public uint Nonce(int slot) => _words.ReadUInt32(OwnerAt(slot));

    /// <summary>What the slot says about its holder, for display.</summary>
    public OwnerInfo Owner(int slot)
    {
        int at = OwnerAt(slot);
        return new OwnerInfo(
            slot, _words.ReadUInt32(at), (int)_words.ReadUInt32(at + 4), (OwnerKind)_words.ReadUInt32(at + 8),
            _words.ReadUInt64(at + 16));
    }

    /// <summary>Registers a holder; the nonce, which makes it valid, last.</summary>
    public void Register(OwnerInfo owner)
    {
        int at = OwnerAt(owner.Slot);
        for (int i = 0; i < SideGeometry.OwnerSize; i += 8)
            _words.WriteUInt64(at + i, 0);
        _words.WriteUInt32(at + 4, (uint)owner.Process);
        _words.WriteUInt32(at + 8, (uint)owner.Kind);
        _words.WriteUInt64(at + 16, owner.Since);
        _words.WriteUInt32(at, owner.Nonce);
    }

    /// <summary>Forgets a holder.</summary>
    public void Forget(int slot) => _words.WriteUInt32(OwnerAt(slot), 0);

    /// <summary>How many threads of an owner sleep.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public uint Sleepers(int slot) => _words.ReadUInt32(WakeAt(slot) + 4);

    /// <summary>Counts a thread that sleeps (1) or no longer does (-1); a full fence.</summary>
    public void AddSleeper(int slot, int change) => _words.Add(WakeAt(slot) + 4, (uint)change);

    /// <summary>The owner's wake word.</summary>
    public uint WakeWord(int slot) => _words.ReadUInt32(WakeAt(slot));

    /// <summary>Moves the owner's wake word on; a full fence.</summary>
    public void MoveWakeWord(int slot) => _words.Add(WakeAt(slot), 1);

    /// <summary>A counter of the service.</summary>
    public ulong Counter(ServiceCounter counter) => _words.ReadUInt64(CountersOffset + (8 * (int)counter));

    /// <summary>Stores a counter of the service; one writer.</summary>
    public void SetCounter(ServiceCounter counter, ulong value) =>
        _words.WriteUInt64(CountersOffset + (8 * (int)counter), value);

    /// <summary>A counter of an owner.</summary>
    public ulong Counter(int slot, ClientCounter counter) => _words.ReadUInt64(OwnerAt(slot) + 128 + (8 * (int)counter));

    /// <summary>Stores a counter of an owner.</summary>
    public void SetCounter(int slot, ClientCounter counter, ulong value) =>
        _words.WriteUInt64(OwnerAt(slot) + 128 + (8 * (int)counter), value);

    /// <summary>A word of the bitmap.</summary>
    public ulong BitmapWord(int index) => _words.ReadUInt64(Geometry.Bitmap + (8 * index));

    /// <summary>Stores a word of the bitmap.</summary>
    public void SetBitmapWord(int index, ulong value) => _words.WriteUInt64(Geometry.Bitmap + (8 * index), value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int Record(int entry) => Geometry.Records + (entry * SideGeometry.RecordSize);
}
