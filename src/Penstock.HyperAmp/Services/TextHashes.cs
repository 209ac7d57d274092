using System;

namespace Penstock.HyperAmp.Services;

/// <summary>The hashes of NPUCore's services 9 to 11, over unsigned bytes.</summary>
public static class TextHashes
{
    private static readonly uint[] _crcTable = CrcTable();

    /// <summary>DJB2, 64 bits wide.</summary>
    public static ulong Djb2(ReadOnlySpan<byte> text)
    {
        ulong hash = 5381;
        foreach (byte b in text)
            hash = hash * 33 + b;
        return hash;
    }

    /// <summary>CRC-32 of IEEE 802.3 (reflected polynomial EDB88320, initial and final FFFFFFFF).</summary>
    public static uint Crc32(ReadOnlySpan<byte> text)
    {
        uint crc = uint.MaxValue;
        foreach (byte b in text)
            crc = _crcTable[(byte)(crc ^ b)] ^ (crc >> 8);
        return ~crc;
    }

    /// <summary>FNV-1a, 32 bits.</summary>
    public static uint Fnv1a(ReadOnlySpan<byte> text)
    {
        uint hash = 2166136261;
        foreach (byte b in text)
            hash = (hash ^ b) * 16777619;
        return hash;
    }

    private static uint[] CrcTable()
    {
        var table = new uint[256];
        for (uint i = 0; i < table.Length; i++)
        {
            uint crc = i;
            for (int bit = 0; bit < 8; bit++)
                crc = (crc & 1) != 0 ? 0xEDB88320 ^ (crc >> 1) : crc >> 1;
            table[i] = crc;
        }
        return table;
    }
}
