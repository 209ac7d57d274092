using System.Runtime.InteropServices;

namespace Penstock.Linux.Interop;

/// <summary>sys/epoll.h and sys/eventfd.h.</summary>
internal static unsafe partial class Libc
{
    internal const int EPOLL_CLOEXEC = 0x80000;
    internal const int EPOLL_CTL_ADD = 1;
    internal const int EPOLL_CTL_DEL = 2;
    internal const int EPOLL_CTL_MOD = 3;
    internal const uint EPOLLIN = 0x1;
    internal const uint EPOLLPRI = 0x2;
    internal const uint EPOLLOUT = 0x4;
    internal const uint EPOLLERR = 0x8;
    internal const uint EPOLLHUP = 0x10;
    internal const uint EPOLLRDHUP = 0x2000;
    internal const uint EPOLLEXCLUSIVE = 1u << 28;
    internal const uint EPOLLONESHOT = 1u << 30;
    internal const uint EPOLLET = 1u << 31;

    internal const int EFD_CLOEXEC = 0x80000;
    internal const int EFD_NONBLOCK = 0x800;

    /// <summary>Linux 5.11, the same number on every architecture; the C library's wrapper is much younger.</summary>
    internal const int SYS_epoll_pwait2 = 441;

    [LibraryImport(Name, SetLastError = true)]
    internal static partial int epoll_create1(int flags);

    [LibraryImport(Name, SetLastError = true)]
    internal static partial int epoll_ctl(int epoll, int operation, int fd, void* nativeEvent);

    [LibraryImport(Name, SetLastError = true)]
    internal static partial int epoll_wait(int epoll, void* events, int count, int milliseconds);

    [LibraryImport(Name, EntryPoint = "syscall", SetLastError = true)]
    internal static partial nint epoll_pwait2(nint number, nint epoll, void* events, nint count, timespec* timeout, void* mask, nuint maskSize);

    [LibraryImport(Name, SetLastError = true)]
    internal static partial int eventfd(uint initial, int flags);
}
