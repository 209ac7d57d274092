using System;
using System.Buffers.Binary;

namespace Penstock.Linux.Memory;

/// <summary>Copies for memory that is mapped uncached, where the wide and unaligned moves of memcpy fault on AArch64.</summary>
/// <remarks>Every access to the mapping is one naturally aligned word of 8, 4, 2 or 1 bytes.</remarks>
public static class StrictCopier
{
    /// <summary>Copies out of the window.</summary>
    public static void Read(in MappedWindow window, int offset, Span<byte> target)
    {
        while (!target.IsEmpty)
        {
            int step = Step(offset, target.Length);
            switch (step)
            {
                case 8: BinaryPrimitives.WriteUInt64LittleEndian(target, window.ReadUInt64(offset)); break;
                case 4: BinaryPrimitives.WriteUInt32LittleEndian(target, window.ReadUInt32(offset)); break;
                case 2: BinaryPrimitives.WriteUInt16LittleEndian(target, window.ReadUInt16(offset)); break;
                default: target[0] = window.ReadByte(offset); break;
            }
            offset += step;
            target = target[step..];
        }
    }

    /// <summary>Copies into the window.</summary>
    public static void Write(in MappedWindow window, int offset, ReadOnlySpan<byte> source)
    {
        while (!source.IsEmpty)
        {
            int step = Step(offset, source.Length);
            switch (step)
            {
                case 8: window.WriteUInt64(offset, BinaryPrimitives.ReadUInt64LittleEndian(source)); break;
                case 4: window.WriteUInt32(offset, BinaryPrimitives.ReadUInt32LittleEndian(source)); break;
                case 2: window.WriteUInt16(offset, BinaryPrimitives.ReadUInt16LittleEndian(source)); break;
                default: window.WriteByte(offset, source[0]); break;
            }
            offset += step;
            source = source[step..];
        }
    }

    // Windows begin on pages or on 4-byte boundaries of pages; alignment by offset is then alignment by address up to
    // 4 bytes, and 8 only where the window itself is page aligned, which regions see to.
    private static int Step(int offset, int left) => (offset & 7) switch
    {
        0 when left >= 8 => 8,
        0 or 4 when left >= 4 => 4,
        0 or 2 or 4 or 6 when left >= 2 => 2,
        _ => 1,
    };
}
