using System;
using System.Numerics;
using System.Runtime.InteropServices;

namespace Penstock.HyperAmp.Services;

/// <summary>CRC-32C (Castagnoli, RFC 3720 appendix B.4).</summary>
public static class Checksums
{
    /// <summary>The sum of the bytes: reflected polynomial 82F63B78, initial and final FFFFFFFF.</summary>
    /// <remarks>Uses the processor's instruction where there is one (SSE 4.2, ARMv8 CRC) and tables elsewhere.</remarks>
    public static uint Crc32C(ReadOnlySpan<byte> data)
    {
        uint crc = uint.MaxValue;
        ReadOnlySpan<ulong> words = MemoryMarshal.Cast<byte, ulong>(data);
        foreach (ulong word in words)
            crc = BitOperations.Crc32C(crc, BitConverter.IsLittleEndian ? word : System.Buffers.Binary.BinaryPrimitives.ReverseEndianness(word));
        foreach (byte b in data[(words.Length * sizeof(ulong))..])
            crc = BitOperations.Crc32C(crc, b);
        return ~crc;
    }
}
