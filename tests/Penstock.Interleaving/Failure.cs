using System;
using System.Collections.Generic;
using System.Linq;

namespace Penstock.Interleaving;

/// <summary>A schedule on which something that must hold does not.</summary>
/// <param name="Reason">What does not hold.</param>
/// <param name="Schedule">The schedule, for <see cref="Explorer.Replay"/>.</param>
/// <param name="Lines">The schedule for a reader: who did what, and what came of it.</param>
public sealed record Failure(string Reason, string Schedule, IReadOnlyList<string> Lines)
{
    private const int Shown = 100;

    /// <summary>The reason, the last steps one a line, and the schedule to replay.</summary>
    public override string ToString()
    {
        int first = Math.Max(0, Lines.Count - Shown);
        string before = first == 0 ? "" : $"  ({first} steps before)" + Environment.NewLine;
        return Reason + Environment.NewLine + before + string.Join(Environment.NewLine, Lines.Skip(first))
            + Environment.NewLine + "replay: " + Schedule;
    }
}
