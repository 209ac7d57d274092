using System;
using System.Threading;

namespace Penstock.HyperAmp.Services;

/// <summary>The number generators behind NPUCore's services 12 to 15, each a sequence from its fixed seed.</summary>
/// <remarks>Any number of threads may draw: a draw advances the state by one compare-exchange, a text as a whole.</remarks>
public sealed class NpuCoreGenerators
{
    /// <summary>Letters that a random text has at most.</summary>
    public const int LongestText = 63;

    private static ReadOnlySpan<byte> Letters => "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"u8;

    private uint _xorShift = 123456789;
    private uint _linear = 1;
    private uint _text = 12345;
    private uint _letter = 54321;

    /// <summary>The next number of xorshift32 with shifts 13, 17, 5.</summary>
    public uint NextXorShift()
    {
        while (true)
        {
            uint before = Volatile.Read(ref _xorShift);
            uint next = before;
            next ^= next << 13;
            next ^= next >> 17;
            next ^= next << 5;
            if (Interlocked.CompareExchange(ref _xorShift, next, before) == before)
                return next;
        }
    }

    /// <summary>The next number of the linear congruential generator, below 2^31.</summary>
    public uint NextLinear() => Draw(ref _linear);

    /// <summary>The next random letter, A to Z.</summary>
    public byte NextLetter() => (byte)('A' + Draw(ref _letter) % 26);

    /// <summary>Fills a text with letters and digits, one draw each.</summary>
    public void NextText(Span<byte> text)
    {
        uint before, state;
        do
        {
            before = Volatile.Read(ref _text);
            state = before;
            for (int i = 0; i < text.Length; i++)
            {
                state = Step(state);
                text[i] = Letters[(int)(state % (uint)Letters.Length)];
            }
        }
        while (Interlocked.CompareExchange(ref _text, state, before) != before);
    }

    private static uint Draw(ref uint state)
    {
        while (true)
        {
            uint before = Volatile.Read(ref state);
            uint next = Step(before);
            if (Interlocked.CompareExchange(ref state, next, before) == before)
                return next;
        }
    }

    private static uint Step(uint state) => (state * 1103515245 + 12345) & 0x7FFF_FFFF;
}
