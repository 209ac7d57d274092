using System;
using Penstock.Linux.Interop;
using Penstock.Linux.Netlink;

namespace Penstock.Linux.Namespaces;

/// <summary>A network namespace: its own interfaces, routes and ports.</summary>
/// <remarks>
/// A thread is in one namespace, a socket and a TUN device in the one of the thread that opened it. Enter only on a
/// thread of your own: a pool's thread would carry the namespace to whatever it runs next. The namespace lives while a
/// thread, a descriptor or a mount holds it.
/// </remarks>
public sealed class NetworkNamespace : IDisposable
{
    private int _descriptor;

    private NetworkNamespace(int descriptor) => _descriptor = descriptor;

    /// <summary>What <see cref="RouteSocket.MoveTo"/> and <see cref="RouteSocket.AddVethPair"/> take.</summary>
    public int Descriptor => _descriptor;

    /// <summary>The namespace of the calling thread.</summary>
    /// <exception cref="SysException">The kernel refused.</exception>
    public static NetworkNamespace Current() => Open("/proc/thread-self/ns/net");

    /// <summary>The namespace of a process.</summary>
    /// <exception cref="SysException">There is no such process, or it may not be looked at.</exception>
    public static NetworkNamespace OfProcess(int id) => Open($"/proc/{id}/ns/net");

    /// <summary>The namespace behind a path, such as /run/netns/NAME.</summary>
    /// <exception cref="SysException">There is none.</exception>
    public static NetworkNamespace Open(string path)
    {
        SysResult result = Linux.Descriptor.Open(path, Libc.O_RDONLY);
        result.ThrowOnError($"open the network namespace {path}");
        return new NetworkNamespace((int)result.Value);
    }

    /// <summary>Moves the calling thread to a new, empty namespace; its loopback is up.</summary>
    /// <returns>EPERM without CAP_SYS_ADMIN.</returns>
    public static SysResult EnterNew()
    {
        SysResult result = SysResult.Of(Libc.unshare(Libc.CLONE_NEWNET));
        return result.IsSuccess ? LoopbackUp() : result;
    }

    /// <summary>Sets the loopback of the calling thread's namespace up.</summary>
    public static SysResult LoopbackUp()
    {
        using var route = new RouteSocket();
        return route.TryFindLink("lo", out Link loopback) ? route.SetUp(loopback.Index, true) : SysResult.Failed(Errno.ENODEV);
    }

    /// <summary>Moves the calling thread into this namespace.</summary>
    /// <returns>EPERM without CAP_SYS_ADMIN.</returns>
    public SysResult Enter() => SysResult.Of(Libc.setns(_descriptor, Libc.CLONE_NEWNET));

    /// <summary>Lets go of the namespace.</summary>
    public void Dispose() => Linux.Descriptor.Close(ref _descriptor);
}
