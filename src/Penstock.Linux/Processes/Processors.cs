using System;
using System.Collections.Generic;
using Penstock.Linux.Interop;

namespace Penstock.Linux.Processes;

/// <summary>The processors that the calling thread may run on (cpusets and taskset considered).</summary>
public static unsafe class Processors
{
    /// <summary>Their numbers, rising; what a thread can be pinned to.</summary>
    public static IReadOnlyList<int> Allowed()
    {
        Span<byte> mask = stackalloc byte[1024];
        mask.Clear();
        SysResult result;
        fixed (byte* p = mask)
            result = SysResult.Of(Libc.sched_getaffinity(0, (nuint)mask.Length, p));
        result.ThrowOnError("read the allowed processors");

        // The C library returns 0 and the kernel the bytes it filled; the mask is a bit string in words of the machine.
        var allowed = new List<int>();
        for (int i = 0; i < mask.Length * 8; i++)
        {
            if ((mask[i / 8] >> (i % 8) & 1) != 0)
                allowed.Add(i);
        }
        return allowed;
    }
}
