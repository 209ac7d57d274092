using System;
using Penstock.Linux.Interop;

namespace Penstock.Linux.Sockets;

/// <summary>Calls that all kinds of sockets share.</summary>
internal static unsafe class SocketCalls
{
    internal static SysResult Open(AddressFamily family, int type) =>
        SysResult.Of(Libc.socket((int)family, type | Libc.SOCK_NONBLOCK | Libc.SOCK_CLOEXEC, 0));

    internal static SysResult Bind(int fd, in SocketAddress address)
    {
        fixed (byte* p = address.Native)
            return SysResult.Of(Libc.bind(fd, p, (uint)address.Length));
    }

    internal static SysResult Connect(int fd, in SocketAddress address)
    {
        SysResult result;
        fixed (byte* p = address.Native)
        {
            while (SysResult.Interrupted(Libc.connect(fd, p, (uint)address.Length), out result))
            {
            }
        }
        return result;
    }

    internal static SocketAddress LocalAddress(int fd) => AddressOf(fd, peer: false);

    internal static SocketAddress PeerAddress(int fd) => AddressOf(fd, peer: true);

    internal static SysResult SetOption(int fd, int level, int option, int value) =>
        SysResult.Of(Libc.setsockopt(fd, level, option, &value, sizeof(int)));

    internal static SysResult SetOption(int fd, int level, int option, ReadOnlySpan<byte> value)
    {
        fixed (byte* p = value)
            return SysResult.Of(Libc.setsockopt(fd, level, option, p, (uint)value.Length));
    }

    internal static SysResult GetOption(int fd, int level, int option, out int value)
    {
        uint length = sizeof(int);
        fixed (int* p = &value)
            return SysResult.Of(Libc.getsockopt(fd, level, option, p, &length));
    }

    internal static SysResult BindToDevice(int fd, string device)
    {
        Span<byte> name = stackalloc byte[Libc.IFNAMSIZ];
        name.Clear();
        return System.Text.Encoding.UTF8.TryGetBytes(device, name[..^1], out _)
            ? SetOption(fd, Libc.SOL_SOCKET, Libc.SO_BINDTODEVICE, name)
            : SysResult.Failed(Errno.ENODEV);
    }

    private static SocketAddress AddressOf(int fd, bool peer)
    {
        Span<byte> native = stackalloc byte[SocketAddress.MaximumLength];
        uint length = (uint)native.Length;
        fixed (byte* p = native)
        {
            int returned = peer ? Libc.getpeername(fd, p, &length) : Libc.getsockname(fd, p, &length);
            return returned == 0 ? new SocketAddress(native[..(int)Math.Min(length, (uint)native.Length)]) : default;
        }
    }
}
