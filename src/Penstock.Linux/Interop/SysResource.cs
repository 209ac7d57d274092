using System.Runtime.InteropServices;

namespace Penstock.Linux.Interop;

/// <summary>sys/resource.h, sys/prctl.h and sched.h.</summary>
internal static unsafe partial class Libc
{
    internal const int RLIMIT_NOFILE = 7;
    internal const int PR_SET_NAME = 15;
    internal const int CLONE_NEWNS = 0x00020000;
    internal const int CLONE_NEWUSER = 0x10000000;
    internal const int CLONE_NEWNET = 0x40000000;

    [LibraryImport(Name, SetLastError = true)]
    internal static partial int getrlimit(int resource, rlimit* limit);

    [LibraryImport(Name, SetLastError = true)]
    internal static partial int setrlimit(int resource, rlimit* limit);

    [LibraryImport(Name, SetLastError = true)]
    internal static partial int prctl(int option, nuint a, nuint b, nuint c, nuint d);

    [LibraryImport(Name, SetLastError = true)]
    internal static partial int sched_setaffinity(int thread, nuint size, void* mask);

    [LibraryImport(Name, SetLastError = true)]
    internal static partial int sched_getaffinity(int thread, nuint size, void* mask);

    [LibraryImport(Name, SetLastError = true)]
    internal static partial int unshare(int flags);

    [LibraryImport(Name, SetLastError = true)]
    internal static partial int setns(int fd, int type);
}

/// <summary>struct rlimit, on 64-bit systems.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct rlimit
{
    internal ulong rlim_cur;
    internal ulong rlim_max;
}
