using System.Diagnostics;

namespace Penstock.Linux;

/// <summary>The clock that timers run on: CLOCK_MONOTONIC, which never goes back.</summary>
public static class MonotonicClock
{
    /// <summary>Microseconds since an arbitrary moment (the machine's start).</summary>
    /// <remarks>Read in the vDSO, without a system call: the framework's stopwatch is this very clock, in nanoseconds.</remarks>
    public static long Microseconds => Stopwatch.GetTimestamp() / (Stopwatch.Frequency / 1_000_000);
}
