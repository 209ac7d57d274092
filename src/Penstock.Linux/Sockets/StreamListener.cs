using System;
using Penstock.Linux.Interop;

namespace Penstock.Linux.Sockets;

/// <summary>A non-blocking socket that accepts streams.</summary>
/// <remarks>Several threads may accept from one listener; the kernel hands each connection to one of them.</remarks>
public sealed unsafe class StreamListener : IDisposable
{
    private int _descriptor;

    private StreamListener(int descriptor) => _descriptor = descriptor;

    /// <summary>The descriptor to watch: readable while connections wait.</summary>
    public int Descriptor => _descriptor;

    /// <summary>Where it listens, with the port that the kernel chose when port 0 was asked for.</summary>
    public SocketAddress LocalAddress => SocketCalls.LocalAddress(_descriptor);

    /// <summary>Binds and listens. An IPv6 listener takes IPv6 only.</summary>
    /// <param name="address">Where; port 0 lets the kernel choose.</param>
    /// <param name="backlog">Connections that may wait; the kernel has a bound of its own (net.core.somaxconn).</param>
    /// <param name="sharePort">Let several listeners share the port, each with a queue of its own (SO_REUSEPORT).</param>
    /// <param name="listener">Null when the call failed: EADDRINUSE, EADDRNOTAVAIL, EACCES for a low port.</param>
    public static SysResult Listen(in SocketAddress address, int backlog, bool sharePort, out StreamListener? listener)
    {
        listener = null;
        SysResult result = SocketCalls.Open(address.Family, Libc.SOCK_STREAM);
        if (!result.IsSuccess)
            return result;
        int descriptor = (int)result.Value;
        _ = SocketCalls.SetOption(descriptor, Libc.SOL_SOCKET, Libc.SO_REUSEADDR, 1);
        if (sharePort)
            _ = SocketCalls.SetOption(descriptor, Libc.SOL_SOCKET, Libc.SO_REUSEPORT, 1);
        if (address.Family == AddressFamily.Inet6)
            _ = SocketCalls.SetOption(descriptor, Libc.IPPROTO_IPV6, Libc.IPV6_V6ONLY, 1);
        result = SocketCalls.Bind(descriptor, address);
        if (result.IsSuccess)
            result = SysResult.Of(Libc.listen(descriptor, backlog));
        if (result.IsSuccess)
            listener = new StreamListener(descriptor);
        else
            Linux.Descriptor.Close(ref descriptor);
        return result;
    }

    /// <summary>Takes the next connection; EAGAIN when none waits, EMFILE when there is no descriptor for it.</summary>
    public SysResult Accept(out StreamSocket? socket)
    {
        SysResult result;
        while (SysResult.Interrupted(Libc.accept4(_descriptor, null, null, Libc.SOCK_NONBLOCK | Libc.SOCK_CLOEXEC), out result))
        {
        }
        socket = result.IsSuccess ? new StreamSocket((int)result.Value) : null;
        return result;
    }

    /// <summary>Stops listening; connections that wait are reset.</summary>
    public void Dispose() => Linux.Descriptor.Close(ref _descriptor);
}
