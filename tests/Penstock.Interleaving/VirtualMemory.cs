using System;
using System.Buffers.Binary;

namespace Penstock.Interleaving;

/// <summary>Shared memory as an actor sees it: every call is a point at which another actor may go first.</summary>
/// <remarks>
/// While a scenario is being built, calls act on the initial memory at once. Afterwards they are answered from the
/// running actor's log, and the first one beyond the log ends the run: the explorer decides when it happens.
/// Words are little-endian and may overlap each other.
/// </remarks>
public sealed class VirtualMemory
{
    private readonly byte[] _initial;
    private readonly bool _first;
    private ulong[] _results = [];
    private int _position;
    private bool _running;

    internal VirtualMemory(byte[] initial, bool first)
    {
        _initial = initial;
        _first = first;
    }

    /// <summary>Bytes of shared memory; more lie behind them for the futexes' own use.</summary>
    public int Length => _initial.Length / 2;

    internal Access Asked { get; private set; }

    /// <summary>Reads 1, 2, 4 or 8 bytes.</summary>
    public ulong Load(int offset, int size) => Perform(new(AccessKind.Load, offset, size));

    /// <summary>A plain store.</summary>
    public void Store(int offset, int size, ulong value) => Perform(new(AccessKind.Store, offset, size, Cut(value, size)));

    /// <summary>A store that publishes what was stored before it.</summary>
    public void StoreRelease(int offset, int size, ulong value) =>
        Perform(new(AccessKind.StoreRelease, offset, size, Cut(value, size)));

    /// <summary>Stores if the word holds <paramref name="comparand"/>; returns what it held.</summary>
    public ulong CompareExchange(int offset, int size, ulong value, ulong comparand) =>
        Perform(new(AccessKind.CompareExchange, offset, size, Cut(value, size), Cut(comparand, size)));

    /// <summary>Stores; returns what the word held.</summary>
    public ulong Exchange(int offset, int size, ulong value) =>
        Perform(new(AccessKind.Exchange, offset, size, Cut(value, size)));

    /// <summary>Adds; returns what the word held.</summary>
    public ulong FetchAdd(int offset, int size, ulong value) =>
        Perform(new(AccessKind.FetchAdd, offset, size, Cut(value, size)));

    /// <summary>Everything stored before is visible before anything after happens.</summary>
    public void FullFence() => Perform(new(AccessKind.FullFence));

    /// <summary>What was stored before is visible before what is stored after.</summary>
    public void StoreFence() => Perform(new(AccessKind.StoreFence));

    /// <summary>One turn of a spinning loop. Goes on when a word that was read since the last pause has changed.</summary>
    public void Pause() => Perform(new(AccessKind.Pause));

    /// <summary>Blocks while the word holds <paramref name="value"/>; returns what it holds then.</summary>
    public ulong AwaitChange(int offset, int size, ulong value) =>
        Perform(new(AccessKind.AwaitChange, offset, size, Cut(value, size)));

    /// <summary>A decision of the world (a time-out that strikes or not, a short read): every outcome is explored.</summary>
    public int Choose(int outcomes) => (int)Perform(new(AccessKind.Choose, 0, outcomes));

    /// <summary>The futex system call: sleeps until a wake, unless the word no longer holds <paramref name="expected"/>.</summary>
    /// <returns>False when the word held something else.</returns>
    public bool FutexWait(int offset, uint expected)
    {
        // The kernel compares and queues in one step with respect to wakes; so the count of wakes is read first.
        ulong wakes = Load(Length + offset, 4);
        if (FetchAdd(offset, 4, 0) != expected)
            return false;
        AwaitChange(Length + offset, 4, wakes);
        return true;
    }

    /// <summary>Wakes whoever waits on the word.</summary>
    public void FutexWake(int offset) => FetchAdd(Length + offset, 4, 1);

    internal void Begin(ulong[] results)
    {
        _results = results;
        _position = 0;
        _running = true;
        Asked = default;
    }

    private ulong Perform(in Access access)
    {
        if (!_running)
            return Initialise(access);
        if (_position < _results.Length)
            return _results[_position++];
        if (Asked.Kind == AccessKind.Done)
            Asked = access;
        throw new OutOfLogException();
    }

    private ulong Initialise(in Access access)
    {
        ulong held = access.Size is 0 || access.Kind is AccessKind.Choose ? 0 : Read(_initial, access.Offset, access.Size);
        ulong? stored = access.Kind switch
        {
            AccessKind.Store or AccessKind.StoreRelease or AccessKind.Exchange => access.Value,
            AccessKind.FetchAdd => held + access.Value,
            AccessKind.CompareExchange when held == access.Comparand => access.Value,
            _ => null,
        };
        if (_first && stored is { } value)
            Write(_initial, access.Offset, access.Size, value);
        return held;
    }

    internal static ulong Read(ReadOnlySpan<byte> memory, int offset, int size) => size switch
    {
        1 => memory[offset],
        2 => BinaryPrimitives.ReadUInt16LittleEndian(memory[offset..]),
        4 => BinaryPrimitives.ReadUInt32LittleEndian(memory[offset..]),
        8 => BinaryPrimitives.ReadUInt64LittleEndian(memory[offset..]),
        _ => throw new ArgumentOutOfRangeException(nameof(size), size, "a word has 1, 2, 4 or 8 bytes"),
    };

    internal static void Write(Span<byte> memory, int offset, int size, ulong value)
    {
        switch (size)
        {
            case 1:
                memory[offset] = (byte)value;
                break;
            case 2:
                BinaryPrimitives.WriteUInt16LittleEndian(memory[offset..], (ushort)value);
                break;
            case 4:
                BinaryPrimitives.WriteUInt32LittleEndian(memory[offset..], (uint)value);
                break;
            default:
                BinaryPrimitives.WriteUInt64LittleEndian(memory[offset..], value);
                break;
        }
    }

    private static ulong Cut(ulong value, int size) => size >= 8 ? value : value & ((1UL << (8 * size)) - 1);
}
