using Penstock.Linux.Interop;

namespace Penstock.Linux.Processes;

/// <summary>How many descriptors this process may have open (RLIMIT_NOFILE).</summary>
public static unsafe class ResourceLimits
{
    /// <summary>The limit in force, and the highest that it may be set to without privilege.</summary>
    public static (long Soft, long Hard) OpenFiles
    {
        get
        {
            rlimit limit;
            SysResult.Of(Libc.getrlimit(Libc.RLIMIT_NOFILE, &limit)).ThrowOnError("read the limit of open files");
            return (Clamp(limit.rlim_cur), Clamp(limit.rlim_max));
        }
    }

    /// <summary>Sets the limit in force; the hard limit too when it is lower (which needs CAP_SYS_RESOURCE).</summary>
    /// <returns>EPERM when the hard limit may not be raised.</returns>
    public static SysResult SetOpenFiles(long count)
    {
        rlimit limit = new() { rlim_cur = (ulong)count, rlim_max = (ulong)long.Max(count, OpenFiles.Hard) };
        return SysResult.Of(Libc.setrlimit(Libc.RLIMIT_NOFILE, &limit));
    }

    private static long Clamp(ulong limit) => limit > long.MaxValue ? long.MaxValue : (long)limit;
}
