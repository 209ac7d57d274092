using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using Penstock.Simulation;

namespace Penstock.Fuzz;

/// <summary>Turns well-formed inputs into others: a few small changes most of the time, anything at all now and then.</summary>
public sealed class Mutator(Dice dice)
{
    private const int Longest = 2048;
    private readonly byte[] _buffer = new byte[Longest];

    /// <summary>The next input; valid until the next call.</summary>
    public ReadOnlySpan<byte> Next(IReadOnlyList<byte[]> corpus)
    {
        if (dice.Chance(0.05))
            return Noise();
        byte[] seed = corpus[dice.Below(corpus.Count)];
        int length = Math.Min(seed.Length, Longest);
        seed.AsSpan(0, length).CopyTo(_buffer);
        for (int i = dice.Between(0, 4); i > 0; i--)
            length = Change(length, corpus);
        return _buffer.AsSpan(0, length);
    }

    /// <summary>Changes bytes in place, their number kept.</summary>
    public void Scratch(Span<byte> bytes)
    {
        if (bytes.IsEmpty)
            return;
        int at = dice.Below(bytes.Length);
        switch (dice.Below(4))
        {
            case 0:
                bytes[at] ^= (byte)(1 << dice.Below(8));
                break;
            case 1:
                bytes[at] = dice.Pick((byte)0, (byte)1, (byte)0x7f, (byte)0x80, (byte)0xff);
                break;
            case 2:
                bytes[at] += (byte)dice.Between(-16, 16);
                break;
            default:
                if (bytes.Length >= 2)
                {
                    ushort value = dice.Pick((ushort)0, (ushort)1, (ushort)0x7fff, (ushort)0x8000, (ushort)0xffff, (ushort)bytes.Length);
                    BinaryPrimitives.WriteUInt16BigEndian(bytes[Math.Min(at, bytes.Length - 2)..], value);
                }
                break;
        }
    }

    private int Change(int length, IReadOnlyList<byte[]> corpus)
    {
        int at = dice.Below(length + 1);
        switch (dice.Below(8))
        {
            case 0: // cut
                return at;
            case 1: // grow
                int more = Math.Min(dice.Between(1, 40), Longest - length);
                Fill(_buffer.AsSpan(length, more));
                return length + more;
            case 2: // remove a piece
                int gone = Math.Min(dice.Between(1, 8), length - at);
                _buffer.AsSpan(at + gone, length - at - gone).CopyTo(_buffer.AsSpan(at));
                return length - gone;
            case 3: // splice another's tail on
                byte[] other = corpus[dice.Below(corpus.Count)];
                int from = dice.Below(other.Length + 1);
                int taken = Math.Min(other.Length - from, Longest - at);
                other.AsSpan(from, taken).CopyTo(_buffer.AsSpan(at));
                return at + taken;
            default:
                Scratch(_buffer.AsSpan(0, length));
                return length;
        }
    }

    private Span<byte> Noise()
    {
        Span<byte> bytes = _buffer.AsSpan(0, dice.Magnitude(1, 600));
        Fill(bytes);
        return bytes;
    }

    private void Fill(Span<byte> bytes)
    {
        foreach (ref byte b in bytes)
            b = (byte)dice.Next();
    }
}
