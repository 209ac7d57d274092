using System;
using System.Text;

namespace Penstock.Wire.Tests;

/// <summary>Literals as the contract writes them: hex pairs, and text in quotes.</summary>
internal static class Bytes
{
    /// <summary>Reads <c>05 03 "one.example" 01bb</c>.</summary>
    public static byte[] Of(string literal)
    {
        var bytes = new System.Collections.Generic.List<byte>();
        string[] parts = literal.Split('"');
        for (int i = 0; i < parts.Length; i++)
        {
            bytes.AddRange(i % 2 == 1
                ? Encoding.Latin1.GetBytes(parts[i])
                : Convert.FromHexString(parts[i].Replace(" ", "", StringComparison.Ordinal)));
        }
        return [.. bytes];
    }

    /// <summary>What was written, in the same form without quotes.</summary>
    public static string Hex(ReadOnlySpan<byte> bytes) => Convert.ToHexString(bytes).ToLowerInvariant();
}
