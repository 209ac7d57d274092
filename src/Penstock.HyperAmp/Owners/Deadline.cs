using System.Diagnostics;

namespace Penstock.HyperAmp.Owners;

/// <summary>Deadlines as timestamps of <see cref="Stopwatch"/>.</summary>
public static class Deadline
{
    /// <summary>The deadline so many milliseconds from now.</summary>
    public static long After(long milliseconds) =>
        Stopwatch.GetTimestamp() + (milliseconds * Stopwatch.Frequency / 1000);

    /// <summary>True when the time is over.</summary>
    public static bool IsOver(long due) => Stopwatch.GetTimestamp() >= due;
}
