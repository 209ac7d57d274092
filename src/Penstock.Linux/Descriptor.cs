using System;
using System.Text;
using Penstock.Linux.Interop;

namespace Penstock.Linux;

/// <summary>What is common to all file descriptors: read, write, close, ioctl.</summary>
internal static unsafe class Descriptor
{
    internal static SysResult Open(string path, int flags, int mode = 0) => Open(Encoding.UTF8.GetBytes(path), flags, mode);

    internal static SysResult Open(ReadOnlySpan<byte> path, int flags, int mode = 0)
    {
        byte[] zeroTerminated = new byte[path.Length + 1];
        path.CopyTo(zeroTerminated);
        SysResult result;
        fixed (byte* p = zeroTerminated)
        {
            while (SysResult.Interrupted(Libc.open(p, flags | Libc.O_CLOEXEC, mode), out result))
            {
            }
        }
        return result;
    }

    internal static SysResult Read(int fd, Span<byte> buffer)
    {
        SysResult result;
        fixed (byte* p = buffer)
        {
            while (SysResult.Interrupted(Libc.read(fd, p, (nuint)buffer.Length), out result))
            {
            }
        }
        return result;
    }

    internal static SysResult Write(int fd, ReadOnlySpan<byte> buffer)
    {
        SysResult result;
        fixed (byte* p = buffer)
        {
            while (SysResult.Interrupted(Libc.write(fd, p, (nuint)buffer.Length), out result))
            {
            }
        }
        return result;
    }

    internal static SysResult Write(int fd, ref GatherList list)
    {
        SysResult result;
        fixed (IoVector* vectors = &list.First)
        {
            while (SysResult.Interrupted(Libc.writev(fd, vectors, list.Count), out result))
            {
            }
        }
        return result;
    }

    internal static SysResult Ioctl(int fd, uint request, void* argument) => SysResult.Of(Libc.ioctl(fd, request, argument));

    /// <summary>Closes; the number is free afterwards whatever close returns, so EINTR is not retried.</summary>
    internal static void Close(ref int fd)
    {
        int closing = fd;
        fd = -1;
        if (closing >= 0)
            _ = Libc.close(closing);
    }

    internal static SysResult SetNonBlocking(int fd)
    {
        SysResult flags = SysResult.Of(Libc.fcntl(fd, Libc.F_GETFL, 0));
        return flags.IsSuccess ? SysResult.Of(Libc.fcntl(fd, Libc.F_SETFL, (nint)flags.Value | Libc.O_NONBLOCK)) : flags;
    }
}
