using System.Runtime.InteropServices;

namespace Penstock.Linux.Interop;

/// <summary>struct timespec of time.h, on 64-bit systems.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct timespec
{
    internal nint tv_sec;
    internal nint tv_nsec;
}
