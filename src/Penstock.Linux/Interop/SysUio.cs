using System.Runtime.InteropServices;

namespace Penstock.Linux.Interop;

/// <summary>sys/uio.h.</summary>
internal static unsafe partial class Libc
{
    /// <summary>Most vectors of one call.</summary>
    internal const int IOV_MAX = 1024;

    [LibraryImport(Name, SetLastError = true)]
    internal static partial nint readv(int fd, IoVector* vectors, int count);

    [LibraryImport(Name, SetLastError = true)]
    internal static partial nint writev(int fd, IoVector* vectors, int count);
}
