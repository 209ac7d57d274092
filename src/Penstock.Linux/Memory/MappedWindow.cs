using System;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;
using System.Threading;

namespace Penstock.Linux.Memory;

/// <summary>A bounded range of a mapping: words with acquire and release order, and copies.</summary>
/// <remarks>
/// Every access is checked against the window, so a peer that rewrites the memory can make an offset wrong but never
/// make an access leave the window. Reads are acquire loads and writes release stores of one naturally aligned word.
/// </remarks>
public readonly unsafe struct MappedWindow
{
    private readonly byte* _start;
    private readonly int _length;
    private readonly MappedMemory _memory;

    internal MappedWindow(MappedMemory memory, byte* start, int length)
    {
        _memory = memory;
        _start = start;
        _length = length;
    }

    /// <summary>Bytes in the window.</summary>
    public int Length => _length;

    /// <summary>The mapping it lies in.</summary>
    public MappedMemory Memory => _memory;

    /// <summary>A part of this window.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The part is not within the window.</exception>
    public MappedWindow Slice(long offset, int length)
    {
        if (offset < 0 || length < 0 || offset > _length - (long)length)
            throw new ArgumentOutOfRangeException(nameof(offset), $"{offset}+{length} is outside {_length} bytes");
        return new MappedWindow(_memory, _start + offset, length);
    }

    /// <summary>An acquire load.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public byte ReadByte(int offset) => Volatile.Read(ref *At(offset, 1));

    /// <summary>An acquire load.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ushort ReadUInt16(int offset) => Volatile.Read(ref *(ushort*)At(offset, 2));

    /// <summary>An acquire load.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public uint ReadUInt32(int offset) => Volatile.Read(ref *(uint*)At(offset, 4));

    /// <summary>An acquire load.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ulong ReadUInt64(int offset) => Volatile.Read(ref *(ulong*)At(offset, 8));

    /// <summary>A release store.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void WriteByte(int offset, byte value) => Volatile.Write(ref *At(offset, 1), value);

    /// <summary>A release store.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void WriteUInt16(int offset, ushort value) => Volatile.Write(ref *(ushort*)At(offset, 2), value);

    /// <summary>A release store.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void WriteUInt32(int offset, uint value) => Volatile.Write(ref *(uint*)At(offset, 4), value);

    /// <summary>A release store.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void WriteUInt64(int offset, ulong value) => Volatile.Write(ref *(ulong*)At(offset, 8), value);

    /// <summary>Stores <paramref name="value"/> where <paramref name="expected"/> lies; a full fence.</summary>
    /// <returns>What lay there before.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public byte CompareExchange(int offset, byte value, byte expected) =>
        Interlocked.CompareExchange(ref *At(offset, 1), value, expected);

    /// <inheritdoc cref="CompareExchange(int, byte, byte)"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public uint CompareExchange(int offset, uint value, uint expected) =>
        Interlocked.CompareExchange(ref *(uint*)At(offset, 4), value, expected);

    /// <inheritdoc cref="CompareExchange(int, byte, byte)"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ulong CompareExchange(int offset, ulong value, ulong expected) =>
        Interlocked.CompareExchange(ref *(ulong*)At(offset, 8), value, expected);

    /// <summary>Adds; a full fence.</summary>
    /// <returns>The sum.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public uint Add(int offset, uint value) => Interlocked.Add(ref *(uint*)At(offset, 4), value);

    /// <summary>Stores; a full fence.</summary>
    /// <returns>What lay there before.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ulong Exchange(int offset, ulong value) => Interlocked.Exchange(ref *(ulong*)At(offset, 8), value);

    /// <summary>Has the line that holds a byte brought here while other work goes on; outside the window nothing happens.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Prefetch(uint offset)
    {
        if (Sse.IsSupported && offset < (uint)_length)
            Sse.Prefetch0(_start + offset);
    }

    /// <summary>The bytes themselves. They may change under the reader; they never end before the span does.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The range is not within the window.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Span<byte> Span(int offset, int length)
    {
        if (((offset | length) < 0) || offset > _length - length)
            ThrowOutside(offset, length, _length);
        return new Span<byte>(_start + offset, length);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal byte* At(int offset, int size)
    {
        if (offset < 0 || offset > _length - size)
            ThrowOutside(offset, size, _length);
        return _start + offset;
    }

    // Static: a call on this struct would have its address taken, and the compiler copy it before every access.
    [DoesNotReturn]
    private static void ThrowOutside(int offset, int size, int length) =>
        throw new ArgumentOutOfRangeException(nameof(offset), $"{offset}+{size} is outside {length} bytes");
}
