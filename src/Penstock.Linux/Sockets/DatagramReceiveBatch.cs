using System;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Penstock.Linux.Interop;

namespace Penstock.Linux.Sockets;

/// <summary>Room for many datagrams that one call receives (recvmmsg).</summary>
/// <remarks>
/// Made once and used again and again by one thread. The buffers are kept by address: memory that does not move and
/// outlives the batch's use.
/// </remarks>
/// <param name="capacity">Datagrams a call, 1 to 1024.</param>
public sealed unsafe class DatagramReceiveBatch(int capacity) : IDisposable
{
    private readonly DatagramSlots _slots = new(capacity, vectors: 1);
    private int _ready = capacity; // the slots before this one were filled, or never made ready
    private bool _readyForConnected;

    /// <summary>Datagrams a call.</summary>
    public int Capacity => _slots.Count;

    /// <summary>Datagrams that the last call received.</summary>
    public int Count { get; private set; }

    /// <summary>Says where the datagram of a slot goes; the slot keeps it for all further calls.</summary>
    /// <param name="slot">0 to <see cref="Capacity"/> - 1.</param>
    /// <param name="unmovable">Memory that does not move; 65 535 bytes where segments are coalesced.</param>
    public void SetBuffer(int slot, Span<byte> unmovable)
    {
        _ = _slots.Message(slot);
        _slots.Vector(slot)->iov_base = Unsafe.AsPointer(ref MemoryMarshal.GetReference(unmovable));
        _slots.Vector(slot)->iov_len = (nuint)unmovable.Length;
    }

    /// <summary>Bytes that were received into a slot.</summary>
    public int LengthOf(int slot) => (int)Received(slot).msg_len;

    /// <summary>The end of the datagram did not fit and is lost.</summary>
    public bool IsTruncated(int slot) => (Received(slot).msg_hdr.msg_flags & Libc.MSG_TRUNC) != 0;

    /// <summary>Who sent the datagram of a slot; not known of a connected socket, which has one other end.</summary>
    public SocketAddress SenderOf(int slot)
    {
        uint length = Math.Min(Received(slot).msg_hdr.msg_namelen, DatagramSlots.AddressRoom);
        return new SocketAddress(new ReadOnlySpan<byte>(_slots.Address(slot), (int)length));
    }

    /// <summary>
    /// The size of each datagram but the last when the slot holds several in a row (UDP_GRO); 0 when it holds one.
    /// </summary>
    public int SegmentSizeOf(int slot)
    {
        if (Received(slot).msg_hdr.msg_controllen < DatagramSlots.ControlSize)
            return 0;
        var control = (cmsghdr*)_slots.Control(slot);
        if (control->cmsg_level != Libc.SOL_UDP || control->cmsg_type != Libc.UDP_GRO)
            return 0;
        int size = *(int*)(control + 1);
        return size < LengthOf(slot) ? size : 0;
    }

    /// <summary>Frees the native memory.</summary>
    public void Dispose() => _slots.Dispose();

    internal SysResult Receive(int fd, bool isConnected)
    {
        Count = 0;
        GetReady(isConnected);
        SysResult result;
        while (SysResult.Interrupted(Libc.recvmmsg(fd, _slots.First, (uint)Capacity, 0, null), out result))
        {
        }
        if (result.IsSuccess)
            Count = (int)result.Value;
        _ready = Math.Min(Count + 1, Capacity); // the one that found nothing may have been touched
        return result;
    }

    /// <summary>The kernel overwrites the lengths of the slots that it fills with what it used.</summary>
    private void GetReady(bool isConnected)
    {
        int used = isConnected == _readyForConnected ? _ready : Capacity;
        _readyForConnected = isConnected;
        for (int i = 0; i < used; i++)
        {
            ref msghdr header = ref _slots.Message(i).msg_hdr;
            header.msg_name = isConnected ? null : _slots.Address(i);
            header.msg_namelen = isConnected ? 0u : DatagramSlots.AddressRoom;
            header.msg_control = _slots.Control(i);
            header.msg_controllen = DatagramSlots.ControlSize;
        }
    }

    private ref mmsghdr Received(int slot)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)slot, (uint)Count, nameof(slot));
        return ref _slots.Message(slot);
    }
}
