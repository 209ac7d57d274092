using System.Runtime.CompilerServices;
using Penstock.Linux.Memory;

namespace Penstock.HyperAmp.Regions;

/// <summary>Words of a mapping.</summary>
/// <param name="window">The range.</param>
public readonly struct MappedWords(MappedWindow window) : ISharedWords
{
    private readonly MappedWindow _window = window;

    /// <summary>The range itself, for copies and for the futex.</summary>
    public MappedWindow Window => _window;

    /// <inheritdoc/>
    public int Length => _window.Length;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public byte ReadByte(int offset) => _window.ReadByte(offset);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ushort ReadUInt16(int offset) => _window.ReadUInt16(offset);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public uint ReadUInt32(int offset) => _window.ReadUInt32(offset);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ulong ReadUInt64(int offset) => _window.ReadUInt64(offset);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void WriteByte(int offset, byte value) => _window.WriteByte(offset, value);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void WriteUInt16(int offset, ushort value) => _window.WriteUInt16(offset, value);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void WriteUInt32(int offset, uint value) => _window.WriteUInt32(offset, value);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void WriteUInt64(int offset, ulong value) => _window.WriteUInt64(offset, value);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public byte CompareExchange(int offset, byte value, byte expected) =>
        _window.CompareExchange(offset, value, expected);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public uint CompareExchange(int offset, uint value, uint expected) =>
        _window.CompareExchange(offset, value, expected);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ulong CompareExchange(int offset, ulong value, ulong expected) =>
        _window.CompareExchange(offset, value, expected);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Prefetch(uint offset) => _window.Prefetch(offset);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public uint Add(int offset, uint value) => _window.Add(offset, value);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ulong Exchange(int offset, ulong value) => _window.Exchange(offset, value);
}
