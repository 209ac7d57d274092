using System.Collections.Generic;

namespace Penstock.Linux.Processes;

/// <summary>The processors that the calling thread may run on (cpusets and taskset considered).</summary>
public static class Processors
{
    /// <summary>Their numbers, rising; what a thread can be pinned to.</summary>
    public static IReadOnlyList<int> Allowed()
    {
        var mask = new ProcessorMask();
        mask.Read().ThrowOnError("read the allowed processors");
        var allowed = new List<int>();
        for (int processor = mask.Next(-1); processor >= 0; processor = mask.Next(processor))
            allowed.Add(processor);
        return allowed;
    }
}
