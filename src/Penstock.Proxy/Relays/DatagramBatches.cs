using System;
using Penstock.Linux;
using Penstock.Linux.Sockets;

namespace Penstock.Proxy.Relays;

/// <summary>What all associations of a worker receive into and send from, one after the other.</summary>
/// <remarks>
/// <code>
///   Receive ──► a slot: one datagram, or several of one size and sender in a row ──► Next, until it is false
/// </code>
/// Its memory does not move, and stays as it is until the next receive.
/// </remarks>
internal sealed class DatagramBatches : IDisposable
{
    private const int Slots = 32;
    private const int Room = 65_536;

    private readonly byte[] _memory = GC.AllocateUninitializedArray<byte>(Slots * Room, pinned: true);
    private readonly DatagramReceiveBatch _received = new(Slots);
    private readonly WorkerCounters _counters;
    private readonly DatagramSender _v4;
    private readonly DatagramSender _v6;

    internal DatagramBatches(WorkerCounters counters)
    {
        _counters = counters;
        _v4 = new DatagramSender(counters);
        _v6 = new DatagramSender(counters);
        for (int slot = 0; slot < Slots; slot++)
            _received.SetBuffer(slot, _memory.AsSpan(slot * Room, Room));
    }

    /// <summary>Slots that the last receive filled.</summary>
    internal int Count => _received.Count;

    /// <summary>There may be more than the last receive had slots for.</summary>
    internal bool IsFull => _received.Count == Slots;

    /// <summary>Where datagrams of a kind of address are gathered.</summary>
    internal DatagramSender To(bool isV6) => isV6 ? _v6 : _v4;

    /// <summary>Receives as many datagrams as wait and fit, in one call.</summary>
    internal SysResult Receive(DatagramSocket socket)
    {
        _counters.DatagramCalls++;
        return socket.Receive(_received);
    }

    /// <summary>Who sent the datagrams of a slot.</summary>
    internal SocketAddress SenderOf(int slot) => _received.SenderOf(slot);

    /// <summary>The next datagram of a slot; false after the last one.</summary>
    /// <param name="slot">0 to <see cref="Count"/> - 1.</param>
    /// <param name="end">-1 for the first one; where the datagram ends.</param>
    /// <param name="datagram">Its bytes, none perhaps.</param>
    internal bool Next(int slot, ref int end, out ReadOnlyMemory<byte> datagram)
    {
        int length = _received.LengthOf(slot);
        int start = Math.Max(0, end);
        datagram = default;
        if (start == length && end >= 0)
            return false;
        int size = _received.SegmentSizeOf(slot);
        end = size == 0 ? length : Math.Min(length, start + size);
        datagram = _memory.AsMemory(slot * Room + start, end - start);
        return true;
    }

    public void Dispose()
    {
        _received.Dispose();
        _v4.Dispose();
        _v6.Dispose();
    }
}
