namespace Penstock.Linux.Memory;

/// <summary>What a waiting thread may ask of the scheduler.</summary>
public static class Processor
{
    /// <summary>Lets another ready thread run on this processor (sched_yield(2)).</summary>
    public static void Yield() => _ = MemoryCalls.Yield();
}
