using System;
using System.Collections.Generic;

namespace Penstock.Interleaving;

/// <summary>A schedule on which something that must hold does not.</summary>
/// <param name="Reason">What does not hold.</param>
/// <param name="Schedule">The schedule, for <see cref="Explorer.Replay"/>.</param>
/// <param name="Lines">The schedule for a reader: who did what, and what came of it.</param>
public sealed record Failure(string Reason, string Schedule, IReadOnlyList<string> Lines)
{
    /// <summary>The reason, the steps one a line, and the schedule to replay.</summary>
    public override string ToString() =>
        Reason + Environment.NewLine + string.Join(Environment.NewLine, Lines) + Environment.NewLine + "replay: " + Schedule;
}
