using System.Runtime.InteropServices;

namespace Penstock.Linux.Interop;

/// <summary>sys/stat.h.</summary>
internal static unsafe partial class Libc
{
    internal const int AT_FDCWD = -100;
    internal const uint STATX_TYPE = 1;
    internal const int S_IFMT = 0xf000;
    internal const int S_IFREG = 0x8000;

    [LibraryImport(Name, SetLastError = true)]
    internal static partial int statx(int directory, byte* path, int flags, uint mask, statx* result);
}

/// <summary>struct statx, of which nobody here reads more than the head.</summary>
[StructLayout(LayoutKind.Sequential, Size = 256)]
internal struct statx
{
    internal uint stx_mask;
    internal uint stx_blksize;
    internal ulong stx_attributes;
    internal uint stx_nlink;
    internal uint stx_uid;
    internal uint stx_gid;
    internal ushort stx_mode;
}
