using System;
using Penstock.Linux.Interop;

namespace Penstock.Linux.Events;

/// <summary>What a descriptor is ready for.</summary>
[Flags]
public enum EpollReady : uint
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>There is something to read, or a FIN arrived.</summary>
    Readable = Libc.EPOLLIN,

    /// <summary>There is room to write, or a connect has ended.</summary>
    Writable = Libc.EPOLLOUT,

    /// <summary>The peer has shut down its sending side.</summary>
    PeerClosed = Libc.EPOLLRDHUP,

    /// <summary>An error waits (a refused connect, a reset, a deleted TUN device): the next call tells which.</summary>
    Error = Libc.EPOLLERR,

    /// <summary>Both directions are closed.</summary>
    HangUp = Libc.EPOLLHUP,
}
