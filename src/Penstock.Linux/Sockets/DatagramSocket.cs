using System;
using Penstock.Linux.Interop;

namespace Penstock.Linux.Sockets;

/// <summary>A non-blocking UDP socket, closed on exec.</summary>
/// <remarks>Used by one thread at a time.</remarks>
public sealed unsafe class DatagramSocket : IDisposable
{
    private int _descriptor;
    private bool _isConnected;

    private DatagramSocket(int descriptor) => _descriptor = descriptor;

    /// <summary>The descriptor to watch; -1 once closed.</summary>
    public int Descriptor => _descriptor;

    /// <summary>The address at this end.</summary>
    public SocketAddress LocalAddress => SocketCalls.LocalAddress(_descriptor);

    /// <summary>Opens a socket; an IPv6 socket takes IPv6 only.</summary>
    /// <param name="family">Which addresses it will use.</param>
    /// <param name="socket">The socket, or null when the call failed.</param>
    public static SysResult Create(AddressFamily family, out DatagramSocket? socket)
    {
        SysResult result = SocketCalls.Open(family, Libc.SOCK_DGRAM);
        socket = result.IsSuccess ? new DatagramSocket((int)result.Value) : null;
        if (family == AddressFamily.Inet6 && socket is not null)
            _ = SocketCalls.SetOption(socket._descriptor, Libc.IPPROTO_IPV6, Libc.IPV6_V6ONLY, 1);
        return result;
    }

    /// <summary>Binds this end; port 0 lets the kernel choose.</summary>
    public SysResult Bind(in SocketAddress address) => SocketCalls.Bind(_descriptor, address);

    /// <summary>Fixes the other end: only its datagrams are received, and errors that come back are reported (ECONNREFUSED).</summary>
    public SysResult Connect(in SocketAddress address)
    {
        SysResult connected = SocketCalls.Connect(_descriptor, address);
        _isConnected |= connected.IsSuccess;
        return connected;
    }

    /// <summary>Takes the waiting error (SO_ERROR), 0 for none.</summary>
    public int TakeError()
    {
        SysResult result = SocketCalls.GetOption(_descriptor, Libc.SOL_SOCKET, Libc.SO_ERROR, out int error);
        return result.IsSuccess ? error : result.Errno;
    }

    /// <summary>Sends one datagram to the connected end.</summary>
    public SysResult Send(ReadOnlySpan<byte> datagram)
    {
        SysResult result;
        fixed (byte* p = datagram)
        {
            while (SysResult.Interrupted(Libc.send(_descriptor, p, (nuint)datagram.Length, Libc.MSG_NOSIGNAL), out result))
            {
            }
        }
        return result;
    }

    /// <summary>Sends one datagram.</summary>
    public SysResult SendTo(ReadOnlySpan<byte> datagram, in SocketAddress to)
    {
        SysResult result;
        fixed (byte* p = datagram)
        fixed (byte* address = to.Native)
        {
            while (SysResult.Interrupted(
                Libc.sendto(_descriptor, p, (nuint)datagram.Length, Libc.MSG_NOSIGNAL, address, (uint)to.Length), out result))
            {
            }
        }
        return result;
    }

    /// <summary>Sends one datagram, from several parts, to the connected end.</summary>
    public SysResult Send(ref GatherList list)
    {
        SysResult result;
        fixed (IoVector* vectors = &list.First)
        {
            msghdr message = new() { msg_iov = vectors, msg_iovlen = (nuint)list.Count };
            while (SysResult.Interrupted(Libc.sendmsg(_descriptor, &message, Libc.MSG_NOSIGNAL), out result))
            {
            }
        }
        return result;
    }

    /// <summary>Receives one datagram. The value is its whole length: larger than the buffer when its end was cut off.</summary>
    public SysResult Receive(Span<byte> buffer)
    {
        SysResult result;
        fixed (byte* p = buffer)
        {
            while (SysResult.Interrupted(Libc.recv(_descriptor, p, (nuint)buffer.Length, Libc.MSG_TRUNC), out result))
            {
            }
        }
        return result;
    }

    /// <summary>Receives one datagram and tells who sent it. The value is its whole length, as in <see cref="Receive(Span{byte})"/>.</summary>
    public SysResult ReceiveFrom(Span<byte> buffer, out SocketAddress from)
    {
        Span<byte> native = stackalloc byte[SocketAddress.MaximumLength];
        uint length = (uint)native.Length;
        SysResult result;
        fixed (byte* p = buffer)
        fixed (byte* address = native)
        {
            while (SysResult.Interrupted(
                Libc.recvfrom(_descriptor, p, (nuint)buffer.Length, Libc.MSG_TRUNC, address, &length), out result))
            {
            }
        }
        from = result.IsSuccess ? new SocketAddress(native[..(int)Math.Min(length, (uint)native.Length)]) : default;
        return result;
    }

    /// <summary>Receives as many datagrams as wait and fit, in one call. The value is their number.</summary>
    public SysResult Receive(DatagramReceiveBatch batch) => batch.Receive(_descriptor, _isConnected);

    /// <summary>
    /// Sends what the batch has not sent yet, in one call. The value is the number that was taken: when it is less than
    /// all, the next call tells why (EAGAIN; EIO for segments that the device cannot check-sum; ECONNREFUSED).
    /// </summary>
    public SysResult Send(DatagramSendBatch batch) => batch.Send(_descriptor);

    /// <summary>
    /// Lets the kernel hand over datagrams of one size and sender in a row (UDP_GRO, Linux 5.0):
    /// <see cref="DatagramReceiveBatch.SegmentSizeOf"/> tells their size. Buffers then need 65 535 bytes.
    /// </summary>
    public SysResult SetReceiveCoalescing() => SocketCalls.SetOption(_descriptor, Libc.SOL_UDP, Libc.UDP_GRO, 1);

    /// <summary>
    /// Datagrams that found no room so far, modulo 2^32 (SO_MEMINFO, Linux 4.12; 0 before). For now and then, so that
    /// the kernel writes no note with every datagram (SO_RXQ_OVFL).
    /// </summary>
    public uint Lost
    {
        get
        {
            uint* words = stackalloc uint[Libc.SK_MEMINFO_VARS];
            uint length = Libc.SK_MEMINFO_VARS * sizeof(uint);
            int result = Libc.getsockopt(_descriptor, Libc.SOL_SOCKET, Libc.SO_MEMINFO, words, &length);
            return result == 0 && length > Libc.SK_MEMINFO_DROPS * sizeof(uint) ? words[Libc.SK_MEMINFO_DROPS] : 0;
        }
    }

    /// <summary>Whether the kernel splits datagrams in a row (UDP_SEGMENT, Linux 4.18).</summary>
    public bool CanSegment => SocketCalls.GetOption(_descriptor, Libc.SOL_UDP, Libc.UDP_SEGMENT, out _).IsSuccess;

    /// <summary>Marks the packets for routing rules (SO_MARK); needs CAP_NET_ADMIN.</summary>
    public SysResult SetMark(uint mark) => SocketCalls.SetOption(_descriptor, Libc.SOL_SOCKET, Libc.SO_MARK, (int)mark);

    /// <summary>Sends and receives by one interface only (SO_BINDTODEVICE).</summary>
    public SysResult BindToDevice(string device) => SocketCalls.BindToDevice(_descriptor, device);

    /// <summary>Asks for a receive buffer, above the system's bound (net.core.rmem_max) where privilege allows.</summary>
    public SysResult SetReceiveBuffer(int bytes) => SetBuffer(Libc.SO_RCVBUFFORCE, Libc.SO_RCVBUF, bytes);

    /// <summary>Asks for a send buffer, above the system's bound (net.core.wmem_max) where privilege allows.</summary>
    public SysResult SetSendBuffer(int bytes) => SetBuffer(Libc.SO_SNDBUFFORCE, Libc.SO_SNDBUF, bytes);

    /// <summary>Closes the socket.</summary>
    public void Dispose() => Linux.Descriptor.Close(ref _descriptor);

    private SysResult SetBuffer(int forced, int plain, int bytes)
    {
        SysResult result = SocketCalls.SetOption(_descriptor, Libc.SOL_SOCKET, forced, bytes);
        return result.IsSuccess ? result : SocketCalls.SetOption(_descriptor, Libc.SOL_SOCKET, plain, bytes);
    }
}
