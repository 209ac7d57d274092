using System.Runtime.InteropServices;

namespace Penstock.Linux.Interop;

/// <summary>linux/io_uring.h; the three calls have no C functions.</summary>
internal static unsafe partial class Libc
{
    internal const int SYS_io_uring_setup = 425;
    internal const int SYS_io_uring_enter = 426;

    internal const uint IORING_SETUP_CLAMP = 0x10;
    internal const uint IORING_SETUP_SUBMIT_ALL = 0x80;
    internal const uint IORING_SETUP_COOP_TASKRUN = 0x100;
    internal const uint IORING_SETUP_SINGLE_ISSUER = 0x1000;
    internal const uint IORING_SETUP_DEFER_TASKRUN = 0x2000;
    internal const uint IORING_FEAT_SINGLE_MMAP = 1;
    internal const uint IORING_FEAT_NODROP = 2;
    internal const uint IORING_FEAT_EXT_ARG = 0x100;
    internal const uint IORING_ENTER_GETEVENTS = 1;
    internal const long IORING_OFF_SQ_RING = 0;
    internal const long IORING_OFF_SQES = 0x10000000;
    internal const byte IORING_OP_READV = 1;
    internal const byte IORING_OP_WRITEV = 2;
    internal const byte IORING_OP_SENDMSG = 9;
    internal const byte IORING_OP_RECVMSG = 10;
    internal const byte IORING_OP_READ = 22;
    internal const byte IORING_OP_WRITE = 23;
    internal const byte IORING_OP_SEND = 26;
    internal const byte IORING_OP_RECV = 27;
    internal const uint RWF_NOWAIT = 8;

    [LibraryImport(Name, SetLastError = true, EntryPoint = "syscall")]
    internal static partial nint io_uring_setup(nint number, nint entries, io_uring_params* parameters);

    [LibraryImport(Name, SetLastError = true, EntryPoint = "syscall")]
    internal static partial nint io_uring_enter(nint number, nint fd, nint toSubmit, nint minComplete, nint flags, void* set, nint size);
}

/// <summary>struct io_sqring_offsets: where the submission ring's words lie in its mapping.</summary>
[StructLayout(LayoutKind.Sequential, Size = 40)]
internal struct io_sqring_offsets
{
    internal uint head;
    internal uint tail;
    internal uint ring_mask;
    internal uint ring_entries;
    internal uint flags;
    internal uint dropped;
    internal uint array;
    internal uint resv1;
}

/// <summary>struct io_cqring_offsets: where the completion ring's words lie in its mapping.</summary>
[StructLayout(LayoutKind.Sequential, Size = 40)]
internal struct io_cqring_offsets
{
    internal uint head;
    internal uint tail;
    internal uint ring_mask;
    internal uint ring_entries;
    internal uint overflow;
    internal uint cqes;
    internal uint flags;
    internal uint resv1;
}

/// <summary>struct io_uring_params.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct io_uring_params
{
    internal uint sq_entries;
    internal uint cq_entries;
    internal uint flags;
    internal uint sq_thread_cpu;
    internal uint sq_thread_idle;
    internal uint features;
    internal uint wq_fd;
    internal fixed uint resv[3];
    internal io_sqring_offsets sq_off;
    internal io_cqring_offsets cq_off;
}

/// <summary>struct io_uring_sqe: one operation.</summary>
[StructLayout(LayoutKind.Sequential, Size = 64)]
internal struct io_uring_sqe
{
    internal byte opcode;
    internal byte flags;
    internal ushort ioprio;
    internal int fd;
    internal ulong off;
    internal ulong addr;
    internal uint len;
    internal uint msg_flags;
    internal ulong user_data;
}

/// <summary>struct io_uring_cqe: how an operation ended.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct io_uring_cqe
{
    internal ulong user_data;
    internal int res;
    internal uint flags;
}
