using System.Runtime.InteropServices;

namespace Penstock.Linux.Interop;

/// <summary>struct timespec of time.h, on 64-bit systems.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct timespec
{
    internal nint tv_sec;
    internal nint tv_nsec;
}

/// <summary>time.h.</summary>
internal static unsafe partial class Libc
{
    internal const int CLOCK_MONOTONIC = 1;

    // The error is the result, not errno.
    [LibraryImport(Name)]
    internal static partial int clock_nanosleep(int clock, int flags, timespec* time, timespec* rest);
}
