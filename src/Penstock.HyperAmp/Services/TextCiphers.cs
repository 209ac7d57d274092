using System;

namespace Penstock.HyperAmp.Services;

/// <summary>Alphabet rotation, for old peers; it protects nothing.</summary>
public static class TextCiphers
{
    /// <summary>Moves ASCII letters along the alphabet, each within its case; other bytes stay.</summary>
    /// <param name="text">The text, changed in place.</param>
    /// <param name="places">0 to 25; 3 is Caesar's, 23 its inverse, 13 its own.</param>
    public static void Rotate(Span<byte> text, int places)
    {
        for (int i = 0; i < text.Length; i++)
        {
            byte letter = text[i];
            int first = letter is >= (byte)'a' and <= (byte)'z' ? 'a' : 'A';
            int place = letter - first;
            if ((uint)place < 26)
                text[i] = (byte)(first + (place + places) % 26);
        }
    }
}
