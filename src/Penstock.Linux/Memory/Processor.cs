using System;

namespace Penstock.Linux.Memory;

/// <summary>What a waiting thread may ask of the scheduler.</summary>
public static class Processor
{
    /// <summary>Lets another ready thread run on this processor (sched_yield(2)).</summary>
    public static void Yield() => _ = MemoryCalls.Yield();

    /// <summary>Sleeps, for those who poll memory whose writer cannot wake anybody (nanosleep(2)).</summary>
    public static unsafe void Nap(TimeSpan time)
    {
        TimeSpec request = new()
        {
            Seconds = (long)time.TotalSeconds,
            Nanoseconds = time.Ticks % TimeSpan.TicksPerSecond * 100,
        };
        _ = MemoryCalls.Sleep(&request, null);
    }
}
