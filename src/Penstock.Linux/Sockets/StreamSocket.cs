using System;
using Penstock.Linux.Interop;

namespace Penstock.Linux.Sockets;

/// <summary>A non-blocking stream socket (TCP, or a Unix stream), closed on exec.</summary>
/// <remarks>
/// Used by one thread at a time. No call raises SIGPIPE: writing to a closed connection gives EPIPE. Disposing closes
/// the normal way: FIN, or RST when received text was left unread.
/// </remarks>
public sealed unsafe class StreamSocket : IDisposable
{
    private int _descriptor;

    internal StreamSocket(int descriptor) => _descriptor = descriptor;

    /// <summary>The descriptor to watch; -1 once closed.</summary>
    public int Descriptor => _descriptor;

    /// <summary>Opens a socket.</summary>
    /// <param name="family">Which addresses it will use.</param>
    /// <param name="socket">The socket, or null when the call failed (EMFILE: no descriptors left).</param>
    public static SysResult Create(AddressFamily family, out StreamSocket? socket)
    {
        SysResult result = SocketCalls.Open(family, Libc.SOCK_STREAM);
        socket = result.IsSuccess ? new StreamSocket((int)result.Value) : null;
        return result;
    }

    /// <summary>The address at this end; none before it is bound or connected.</summary>
    public SocketAddress LocalAddress => SocketCalls.LocalAddress(_descriptor);

    /// <summary>The address at the other end; none before it is connected.</summary>
    public SocketAddress PeerAddress => SocketCalls.PeerAddress(_descriptor);

    /// <summary>Bytes given to <see cref="Send(ReadOnlySpan{byte}, bool)"/> that the peer has not acknowledged.</summary>
    public int UnsentBytes
    {
        get
        {
            int bytes = 0;
            return Linux.Descriptor.Ioctl(_descriptor, Libc.SIOCOUTQ, &bytes).IsSuccess ? bytes : 0;
        }
    }

    /// <summary>Begins to connect; usually <see cref="SysResult.IsInProgress"/>, and writable once it ended.</summary>
    public SysResult Connect(in SocketAddress address) => SocketCalls.Connect(_descriptor, address);

    /// <summary>Binds this end.</summary>
    public SysResult Bind(in SocketAddress address) => SocketCalls.Bind(_descriptor, address);

    /// <summary>Takes the waiting error (SO_ERROR), 0 for none: how a connect ended.</summary>
    public int TakeError()
    {
        SysResult result = SocketCalls.GetOption(_descriptor, Libc.SOL_SOCKET, Libc.SO_ERROR, out int error);
        return result.IsSuccess ? error : result.Errno;
    }

    /// <summary>Sends what there is room for.</summary>
    /// <param name="bytes">Any memory.</param>
    /// <param name="more">More follows at once: the kernel may wait for it to fill a segment.</param>
    public SysResult Send(ReadOnlySpan<byte> bytes, bool more = false)
    {
        SysResult result;
        fixed (byte* p = bytes)
        {
            while (SysResult.Interrupted(Libc.send(_descriptor, p, (nuint)bytes.Length, SendFlags(more)), out result))
            {
            }
        }
        return result;
    }

    /// <summary>Sends what there is room for, from several parts in one call.</summary>
    public SysResult Send(ref GatherList list, bool more = false)
    {
        SysResult result;
        fixed (IoVector* vectors = &list.First)
        {
            msghdr message = new() { msg_iov = vectors, msg_iovlen = (nuint)list.Count };
            while (SysResult.Interrupted(Libc.sendmsg(_descriptor, &message, SendFlags(more)), out result))
            {
            }
        }
        return result;
    }

    /// <summary>Receives what has arrived; 0 bytes mean that the peer sent FIN.</summary>
    public SysResult Receive(Span<byte> buffer)
    {
        SysResult result;
        fixed (byte* p = buffer)
        {
            while (SysResult.Interrupted(Libc.recv(_descriptor, p, (nuint)buffer.Length, 0), out result))
            {
            }
        }
        return result;
    }

    /// <summary>Receives what has arrived into several parts in one call; 0 bytes mean that the peer sent FIN.</summary>
    public SysResult Receive(ref ScatterList list)
    {
        SysResult result;
        fixed (IoVector* vectors = &list.First)
        {
            msghdr message = new() { msg_iov = vectors, msg_iovlen = (nuint)list.Count };
            while (SysResult.Interrupted(Libc.recvmsg(_descriptor, &message, 0), out result))
            {
            }
        }
        return result;
    }

    /// <summary>Sends FIN behind what was sent; receiving goes on.</summary>
    public SysResult ShutdownSend() => SysResult.Of(Libc.shutdown(_descriptor, Libc.SHUT_WR));

    /// <summary>Closes with RST instead of FIN; what was not acknowledged is lost (SO_LINGER with time 0).</summary>
    public void CloseWithReset()
    {
        linger now = new() { l_onoff = 1, l_linger = 0 };
        _ = SocketCalls.SetOption(_descriptor, Libc.SOL_SOCKET, Libc.SO_LINGER, new ReadOnlySpan<byte>(&now, sizeof(linger)));
        Dispose();
    }

    /// <summary>Small segments leave at once (TCP_NODELAY).</summary>
    public SysResult SetNoDelay() => SocketCalls.SetOption(_descriptor, Libc.IPPROTO_TCP, Libc.TCP_NODELAY, 1);

    /// <summary>Acknowledges at once; the kernel falls back by itself, so it is set again after receiving (TCP_QUICKACK).</summary>
    public SysResult SetQuickAck() => SocketCalls.SetOption(_descriptor, Libc.IPPROTO_TCP, Libc.TCP_QUICKACK, 1);

    /// <summary>Sends the first text with the SYN when the peer's cookie is known (TCP_FASTOPEN_CONNECT).</summary>
    public SysResult SetFastOpenConnect() => SocketCalls.SetOption(_descriptor, Libc.IPPROTO_TCP, Libc.TCP_FASTOPEN_CONNECT, 1);

    /// <summary>Probes a silent peer after the time, then every interval, <paramref name="count"/> times; in seconds.</summary>
    public SysResult SetKeepAlive(int idleSeconds, int intervalSeconds, int count)
    {
        _ = SocketCalls.SetOption(_descriptor, Libc.IPPROTO_TCP, Libc.TCP_KEEPIDLE, idleSeconds);
        _ = SocketCalls.SetOption(_descriptor, Libc.IPPROTO_TCP, Libc.TCP_KEEPINTVL, intervalSeconds);
        _ = SocketCalls.SetOption(_descriptor, Libc.IPPROTO_TCP, Libc.TCP_KEEPCNT, count);
        return SocketCalls.SetOption(_descriptor, Libc.SOL_SOCKET, Libc.SO_KEEPALIVE, 1);
    }

    /// <summary>Marks the packets for routing rules (SO_MARK); needs CAP_NET_ADMIN.</summary>
    public SysResult SetMark(uint mark) => SocketCalls.SetOption(_descriptor, Libc.SOL_SOCKET, Libc.SO_MARK, (int)mark);

    /// <summary>Sends and receives by one interface only (SO_BINDTODEVICE).</summary>
    public SysResult BindToDevice(string device) => SocketCalls.BindToDevice(_descriptor, device);

    /// <summary>Fixes the receive buffer; the kernel doubles the number and stops tuning it.</summary>
    public SysResult SetReceiveBuffer(int bytes) => SocketCalls.SetOption(_descriptor, Libc.SOL_SOCKET, Libc.SO_RCVBUF, bytes);

    /// <summary>Fixes the send buffer; the kernel doubles the number and stops tuning it.</summary>
    public SysResult SetSendBuffer(int bytes) => SocketCalls.SetOption(_descriptor, Libc.SOL_SOCKET, Libc.SO_SNDBUF, bytes);

    /// <summary>Closes the socket.</summary>
    public void Dispose() => Linux.Descriptor.Close(ref _descriptor);

    private static int SendFlags(bool more) => more ? Libc.MSG_NOSIGNAL | Libc.MSG_MORE : Libc.MSG_NOSIGNAL;
}
