using System;

namespace Penstock.Simulation;

/// <summary>The text of one direction of a flow: a function of its position, so that any byte can be checked anywhere.</summary>
/// <param name="Seed">Tells flows and directions apart.</param>
/// <param name="Length">Bytes in all.</param>
public readonly record struct Text(ulong Seed, long Length)
{
    /// <summary>Writes the bytes from <paramref name="position"/> on.</summary>
    public void Fill(long position, Span<byte> destination)
    {
        for (int i = 0; i < destination.Length;)
        {
            ulong word = Word((position + i) >> 3) >> (int)(((position + i) & 7) * 8);
            for (int left = 8 - (int)((position + i) & 7); left > 0 && i < destination.Length; left--, word >>= 8)
                destination[i++] = (byte)word;
        }
    }

    /// <summary>Index of the first byte that is not the text's; -1 when all are.</summary>
    public int Mismatch(long position, ReadOnlySpan<byte> bytes)
    {
        if (position < 0 || position + bytes.Length > Length)
            return 0;
        for (int i = 0; i < bytes.Length;)
        {
            ulong word = Word((position + i) >> 3) >> (int)(((position + i) & 7) * 8);
            for (int left = 8 - (int)((position + i) & 7); left > 0 && i < bytes.Length; left--, word >>= 8)
            {
                if (bytes[i] != (byte)word)
                    return i;
                i++;
            }
        }
        return -1;
    }

    private ulong Word(long index)
    {
        ulong z = (Seed + (ulong)index) * 0x9FB21C651E98DF25;
        z = (z ^ (z >> 28)) * 0xBF58476D1CE4E5B9;
        return z ^ (z >> 32);
    }
}
