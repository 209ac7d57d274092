using System;
using System.Buffers.Binary;

namespace Penstock.HyperAmp.Ring;

/// <summary>The prefix of what channel 1 forwards.</summary>
/// <remarks><code>
///   0       4         5         6          8           12
///   | magic | service | is_bulk | reserved | total_len |
/// </code></remarks>
/// <param name="Service">The service that the bytes are for.</param>
/// <param name="IsBulk">True when they came through the bulk window.</param>
/// <param name="TotalLength">Bytes in all.</param>
public readonly record struct ForwardHeader(byte Service, bool IsBulk, uint TotalLength)
{
    /// <summary>Bytes of the prefix.</summary>
    public const int Size = 12;

    /// <summary>The first word.</summary>
    public const uint Magic = 0x48465744;

    /// <summary>Reads a private copy.</summary>
    public static bool TryParse(ReadOnlySpan<byte> bytes, out ForwardHeader header)
    {
        header = default;
        if (bytes.Length < Size || BinaryPrimitives.ReadUInt32LittleEndian(bytes) != Magic)
            return false;
        header = new(bytes[4], bytes[5] != 0, BinaryPrimitives.ReadUInt32LittleEndian(bytes[8..]));
        return true;
    }

    /// <summary>Writes the prefix into 12 bytes.</summary>
    public void Write(Span<byte> bytes)
    {
        bytes[..Size].Clear();
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, Magic);
        bytes[4] = Service;
        bytes[5] = IsBulk ? (byte)1 : (byte)0;
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[8..], TotalLength);
    }
}
