using System.Runtime.InteropServices;

namespace Penstock.Linux.Interop;

/// <summary>signal.h: what a thread takes.</summary>
internal static unsafe partial class Libc
{
    internal const int SIG_BLOCK = 0;
    internal const int SIG_UNBLOCK = 1;
    internal const int SIG_SETMASK = 2;
    internal const int SIGILL = 4;
    internal const int SIGTRAP = 5;
    internal const int SIGABRT = 6;
    internal const int SIGBUS = 7;
    internal const int SIGFPE = 8;
    internal const int SIGSEGV = 11;
    internal const int SIGSYS = 31;

    [LibraryImport(Name)]
    internal static partial int pthread_sigmask(int how, void* set, void* before);
}
