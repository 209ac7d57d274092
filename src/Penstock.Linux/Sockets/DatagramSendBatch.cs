using System;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Penstock.Linux.Interop;

namespace Penstock.Linux.Sockets;

/// <summary>Many datagrams that one call sends (sendmmsg).</summary>
/// <remarks>
/// Made once and used again and again by one thread: add, send, clear. The datagrams are kept by address: memory that
/// does not move until they are sent.
/// </remarks>
/// <param name="capacity">Datagrams a call, 1 to 1024.</param>
/// <param name="parts">Parts that one of them may have, 2 to 64.</param>
public sealed unsafe class DatagramSendBatch(int capacity, int parts = 2) : IDisposable
{
    private readonly DatagramSlots _slots = new(capacity, Math.Clamp(parts, 2, 64));

    /// <summary>Datagrams that fit.</summary>
    public int Capacity => _slots.Count;

    /// <summary>Datagrams added.</summary>
    public int Count { get; private set; }

    /// <summary>Datagrams sent since the last <see cref="Clear"/>.</summary>
    public int Sent { get; private set; }

    /// <summary>Everything that was added has been sent.</summary>
    public bool IsSent => Sent == Count;

    /// <summary>Adds a datagram for the socket's connected end; false when the batch is full.</summary>
    /// <param name="head">Its first part.</param>
    /// <param name="body">Its second part, empty for none.</param>
    /// <param name="segmentSize">
    /// Not 0: the bytes are datagrams of this size in a row, the last one as short as it is (UDP_SEGMENT); at most 64
    /// of them and 65 507 bytes.
    /// </param>
    public bool TryAdd(ReadOnlySpan<byte> head, ReadOnlySpan<byte> body, int segmentSize = 0)
    {
        if (Count == Capacity)
            return false;
        int slot = Count++;
        IoVector* vectors = _slots.Vector(slot);
        vectors[0].iov_base = Unsafe.AsPointer(ref MemoryMarshal.GetReference(head));
        vectors[0].iov_len = (nuint)head.Length;
        vectors[1].iov_base = Unsafe.AsPointer(ref MemoryMarshal.GetReference(body));
        vectors[1].iov_len = (nuint)body.Length;
        ref msghdr header = ref _slots.Message(slot).msg_hdr;
        header.msg_name = null;
        header.msg_namelen = 0;
        header.msg_control = null;
        header.msg_controllen = 0;
        header.msg_iovlen = 2;
        if (segmentSize != 0 && segmentSize < head.Length + body.Length)
            SetSegmentSize(slot, segmentSize);
        return true;
    }

    /// <summary>Adds a datagram for any end; false when the batch is full.</summary>
    public bool TryAdd(ReadOnlySpan<byte> head, ReadOnlySpan<byte> body, in SocketAddress to, int segmentSize = 0)
    {
        int slot = Count;
        if (!TryAdd(head, body, segmentSize))
            return false;
        to.Native.CopyTo(new Span<byte>(_slots.Address(slot), DatagramSlots.AddressRoom));
        ref msghdr header = ref _slots.Message(slot).msg_hdr;
        header.msg_name = _slots.Address(slot);
        header.msg_namelen = (uint)to.Length;
        return true;
    }

    /// <summary>Adds a further part to the last datagram; false when it has all the parts that it may have.</summary>
    public bool TryExtend(ReadOnlySpan<byte> part)
    {
        ArgumentOutOfRangeException.ThrowIfZero(Count);
        ref msghdr header = ref _slots.Message(Count - 1).msg_hdr;
        if ((int)header.msg_iovlen == _slots.Vectors)
            return false;
        IoVector* vector = _slots.Vector(Count - 1) + header.msg_iovlen++;
        vector->iov_base = Unsafe.AsPointer(ref MemoryMarshal.GetReference(part));
        vector->iov_len = (nuint)part.Length;
        return true;
    }

    /// <summary>Makes the last one's bytes datagrams of this size in a row, as the same number does when it is added.</summary>
    public void Segment(int segmentSize) => SetSegmentSize(Count - 1, segmentSize);

    /// <summary>Skips the datagram that the last call failed on, so that those behind it have their turn.</summary>
    public void SkipFailed()
    {
        if (!IsSent)
            Sent++;
    }

    /// <summary>Forgets all datagrams.</summary>
    public void Clear() => Count = Sent = 0;

    /// <summary>Frees the native memory.</summary>
    public void Dispose() => _slots.Dispose();

    internal SysResult Send(int fd)
    {
        if (IsSent)
            return SysResult.Ok();
        SysResult result;
        while (SysResult.Interrupted(Libc.sendmmsg(fd, _slots.First + Sent, (uint)(Count - Sent), Libc.MSG_NOSIGNAL), out result))
        {
        }
        if (result.IsSuccess)
            Sent += (int)result.Value;
        return result;
    }

    private void SetSegmentSize(int slot, int segmentSize)
    {
        var control = (cmsghdr*)_slots.Control(slot);
        control->cmsg_len = (nuint)(sizeof(cmsghdr) + sizeof(ushort));
        control->cmsg_level = Libc.SOL_UDP;
        control->cmsg_type = Libc.UDP_SEGMENT;
        *(ushort*)(control + 1) = (ushort)segmentSize;
        ref msghdr header = ref _slots.Message(slot).msg_hdr;
        header.msg_control = control;
        header.msg_controllen = DatagramSlots.ControlSize;
    }
}
