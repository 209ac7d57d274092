using System;

namespace Penstock.Tunnel.Configuration;

/// <summary>How far one word is from another.</summary>
internal static class Nearness
{
    private const int MaxLength = 64;

    /// <summary>
    /// Levenshtein's distance, with case and the choice between <c>-</c> and <c>_</c> for nothing; words over 64
    /// characters are far from everything.
    /// </summary>
    public static int Distance(string left, string right)
    {
        if (left.Length > MaxLength || right.Length > MaxLength)
            return int.MaxValue;
        Span<int> row = stackalloc int[right.Length + 1];
        for (int column = 0; column < row.Length; column++)
            row[column] = column;
        for (int line = 1; line <= left.Length; line++)
        {
            int diagonal = row[0];
            row[0] = line;
            for (int column = 1; column < row.Length; column++)
            {
                int cost = Fold(left[line - 1]) == Fold(right[column - 1]) ? 0 : 1;
                int best = Math.Min(Math.Min(row[column], row[column - 1]) + 1, diagonal + cost);
                diagonal = row[column];
                row[column] = best;
            }
        }
        return row[right.Length];
    }

    private static char Fold(char character) => character == '_' ? '-' : char.ToLowerInvariant(character);
}
