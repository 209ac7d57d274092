using System;
using System.Runtime.CompilerServices;

namespace Penstock.HyperAmp.Owners;

/// <summary>Deadlines in milliseconds of <see cref="Environment.TickCount64"/>, whose reading costs next to nothing.</summary>
/// <remarks>The clock moves in steps of up to 4 ms, so a deadline is met to within that.</remarks>
public static class Deadline
{
    /// <summary>The deadline so many milliseconds from now.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static long After(long milliseconds) => Environment.TickCount64 + milliseconds;

    /// <summary>True when the time is over.</summary>
    public static bool IsOver(long due) => Environment.TickCount64 >= due;
}
