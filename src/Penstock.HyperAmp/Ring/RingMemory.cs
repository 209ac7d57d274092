using System;
using Penstock.Linux.Memory;

namespace Penstock.HyperAmp.Ring;

/// <summary>A range of memory shared with the peer, and how it may be touched.</summary>
/// <remarks>
/// Strict memory is an uncached device mapping on AArch64: only aligned single-word accesses are allowed there and no
/// compare-exchange. The range is checked on every access.
/// </remarks>
/// <param name="Window">The range; its first byte is aligned to 8.</param>
/// <param name="IsStrict">True for memory that takes aligned single-word accesses only.</param>
public readonly record struct RingMemory(MappedWindow Window, bool IsStrict = false)
{
    /// <summary>Bytes in the range.</summary>
    public int Length => Window.Length;

    /// <summary>A part of the range, touched the same way.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The part is not within the range.</exception>
    public RingMemory Slice(int offset, int length) => new(Window.Slice(offset, length), IsStrict);

    /// <summary>Copies private bytes into shared memory.</summary>
    public void Write(int offset, ReadOnlySpan<byte> source)
    {
        if (IsStrict)
            StrictCopier.Write(Window, offset, source);
        else
            source.CopyTo(Window.Span(offset, source.Length));
    }

    /// <summary>Copies shared bytes into private memory, each byte read once.</summary>
    public void Read(int offset, Span<byte> destination)
    {
        if (IsStrict)
            StrictCopier.Read(Window, offset, destination);
        else
            Window.Span(offset, destination.Length).CopyTo(destination);
    }

    /// <summary>Fills the range with zeros.</summary>
    public void Clear()
    {
        if (!IsStrict)
        {
            Window.Span(0, Length).Clear();
            return;
        }
        for (int at = 0; at + sizeof(ulong) <= Length; at += sizeof(ulong))
            Window.WriteUInt64(at, 0);
        for (int at = Length & ~(sizeof(ulong) - 1); at < Length; at++)
            Window.WriteByte(at, 0);
    }
}
