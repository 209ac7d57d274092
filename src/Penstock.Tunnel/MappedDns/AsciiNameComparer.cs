using System;
using System.Collections.Generic;

namespace Penstock.Tunnel.MappedDns;

/// <summary>Compares names as DNS does: only ASCII letters have case (RFC 4343).</summary>
/// <remarks>
/// The framework's case-insensitive comparison also folds letters beyond ASCII, and would make one name of two whose
/// UTF-8 bytes differ.
/// </remarks>
internal sealed class AsciiNameComparer : IEqualityComparer<string>, IAlternateEqualityComparer<ReadOnlySpan<char>, string>
{
    public static readonly AsciiNameComparer Instance = new();

    public bool Equals(string? x, string? y) =>
        ReferenceEquals(x, y) || (x is not null && y is not null && Same(x, y));

    public bool Equals(ReadOnlySpan<char> alternate, string other) => Same(alternate, other);

    public int GetHashCode(string obj) => GetHashCode(obj.AsSpan());

    public int GetHashCode(ReadOnlySpan<char> alternate)
    {
        // HashCode is seeded anew in each process, so that nobody can choose names that collide.
        HashCode hash = default;
        foreach (char character in alternate)
            hash.Add(Fold(character));
        return hash.ToHashCode();
    }

    public string Create(ReadOnlySpan<char> alternate) => alternate.ToString();

    private static bool Same(ReadOnlySpan<char> left, ReadOnlySpan<char> right)
    {
        if (left.Length != right.Length)
            return false;
        for (int i = 0; i < left.Length; i++)
        {
            if (Fold(left[i]) != Fold(right[i]))
                return false;
        }
        return true;
    }

    private static char Fold(char character) => char.IsAsciiLetterUpper(character) ? (char)(character | 0x20) : character;
}
