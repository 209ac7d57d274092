using System;
using System.Runtime.InteropServices;

namespace Penstock.TestPeer.Moves;

/// <summary>An endless stream of bytes made from a seed (splitmix64), the same whatever the pieces it is taken in.</summary>
internal sealed class Content
{
    private readonly byte[] block = new byte[64 * 1024];
    private ulong state;
    private int taken;

    public Content(long seed)
    {
        state = (ulong)seed;
        taken = block.Length;
    }

    /// <summary>Fills <paramref name="into"/> with the bytes that come next.</summary>
    public void Take(Span<byte> into)
    {
        while (into.Length > 0)
        {
            if (taken == block.Length)
                Refill();
            int part = Math.Min(into.Length, block.Length - taken);
            block.AsSpan(taken, part).CopyTo(into);
            taken += part;
            into = into[part..];
        }
    }

    private void Refill()
    {
        foreach (ref ulong word in MemoryMarshal.Cast<byte, ulong>(block.AsSpan()))
        {
            ulong z = state += 0x9E3779B97F4A7C15;
            z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
            z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
            word = z ^ (z >> 31);
        }

        taken = 0;
    }
}
