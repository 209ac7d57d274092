using System.Runtime.InteropServices;

namespace Penstock.Linux;

/// <summary>One part of a gathered write or a scattered read: struct iovec.</summary>
/// <remarks>Callers only provide room for it: <c>stackalloc IoVector[4]</c>.</remarks>
[StructLayout(LayoutKind.Sequential)]
public unsafe struct IoVector
{
    internal void* iov_base;
    internal nuint iov_len;
}
