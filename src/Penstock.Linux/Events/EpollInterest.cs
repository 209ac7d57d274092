using System;
using Penstock.Linux.Interop;

namespace Penstock.Linux.Events;

/// <summary>What an <see cref="Epoll"/> reports about a descriptor. Errors and hang-ups are always reported.</summary>
[Flags]
public enum EpollInterest : uint
{
    /// <summary>Only errors and hang-ups.</summary>
    None = 0,

    /// <summary>There is something to read, or a FIN arrived.</summary>
    Readable = Libc.EPOLLIN,

    /// <summary>There is room to write, or a connect has ended.</summary>
    Writable = Libc.EPOLLOUT,

    /// <summary>The peer has shut down its sending side.</summary>
    PeerClosed = Libc.EPOLLRDHUP,

    /// <summary>Report a change once, not for as long as it lasts.</summary>
    EdgeTriggered = Libc.EPOLLET,

    /// <summary>Report once, then nothing until <see cref="Epoll.Modify"/>.</summary>
    OneShot = Libc.EPOLLONESHOT,
}
