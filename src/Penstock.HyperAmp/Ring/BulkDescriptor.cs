using System;
using System.Buffers.Binary;

namespace Penstock.HyperAmp.Ring;

/// <summary>The payload of a bulk message: which bytes of the data area, for which service, and how it went.</summary>
/// <remarks><code>
///   0          4          8           12          16
///   | offset   | length   | service   | status    |
/// </code></remarks>
/// <param name="Offset">First byte, from the start of the data area.</param>
/// <param name="Length">Bytes.</param>
/// <param name="Service">The bulk service, see <see cref="BulkServices"/>.</param>
/// <param name="Status">0 in a request; in an answer positive for success, else a <see cref="BulkStatus"/>.</param>
public readonly record struct BulkDescriptor(uint Offset, uint Length, uint Service, int Status)
{
    /// <summary>Bytes of the descriptor.</summary>
    public const int Size = 16;

    /// <summary>Reads a private copy.</summary>
    public static bool TryParse(ReadOnlySpan<byte> bytes, out BulkDescriptor descriptor)
    {
        descriptor = default;
        if (bytes.Length < Size)
            return false;
        descriptor = new(
            BinaryPrimitives.ReadUInt32LittleEndian(bytes),
            BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]),
            BinaryPrimitives.ReadUInt32LittleEndian(bytes[8..]),
            BinaryPrimitives.ReadInt32LittleEndian(bytes[12..]));
        return true;
    }

    /// <summary>Writes the descriptor into 16 bytes.</summary>
    public void Write(Span<byte> bytes)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, Offset);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[4..], Length);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[8..], Service);
        BinaryPrimitives.WriteInt32LittleEndian(bytes[12..], Status);
    }

    /// <summary>True when the bytes lie within a window; 64-bit arithmetic, so nothing wraps.</summary>
    public bool IsWithin(long start, long length) => Offset >= start && (long)Offset + Length <= start + length;
}
