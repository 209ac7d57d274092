using System.Numerics;
using Penstock.Stack.Buffers;

namespace Penstock.Tunnel.Udp;

/// <summary>Datagrams that wait for the association, in order.</summary>
/// <remarks>A ring that grows by doubling and keeps its size; an idle session has none.</remarks>
internal struct DatagramQueue
{
    private const int FirstSize = 4;
    private QueuedDatagram[]? _items;
    private int _head;
    private int _whereRead;

    /// <summary>Datagrams in the queue.</summary>
    public int Count { get; private set; }

    /// <summary>Bytes of packet memory that they pin.</summary>
    public int Pinned { get; private set; }

    /// <summary>The datagram at a place, 0 being the oldest.</summary>
    public readonly ref readonly QueuedDatagram this[int index] => ref _items![(_head + index) & (_items.Length - 1)];

    /// <summary>Appends; the queue owns the lease from now on.</summary>
    public void Enqueue(in QueuedDatagram datagram)
    {
        if (_items is null || Count == _items.Length)
            Grow();
        _items![(_head + Count) & (_items.Length - 1)] = datagram;
        Count++;
        Pinned += datagram.Pinned;
        _whereRead += datagram.IsWhereRead ? 1 : 0;
    }

    /// <summary>Drops the oldest ones and gives their memory back.</summary>
    public void Drop(int count)
    {
        for (; count > 0; count--)
        {
            ref QueuedDatagram first = ref _items![_head];
            Pinned -= first.Pinned;
            _whereRead -= first.IsWhereRead ? 1 : 0;
            first.Message.Release();
            first = default;
            _head = (_head + 1) & (_items.Length - 1);
            Count--;
        }
    }

    /// <summary>The turn ends: what still lies where it was read gets memory of its own size, and counts for what it pins.</summary>
    public void Settle(BufferPool pool)
    {
        for (int i = 0; i < Count && _whereRead > 0; i++)
        {
            ref QueuedDatagram datagram = ref _items![(_head + i) & (_items.Length - 1)];
            if (!datagram.IsWhereRead)
                continue;
            Pinned -= datagram.Pinned;
            datagram = datagram with { Message = pool.Shrink(datagram.Message), IsWhereRead = false };
            Pinned += datagram.Pinned;
            _whereRead--;
        }
    }

    /// <summary>Zeros in front of every address block again, whatever an association has written there.</summary>
    public readonly void Unstamp()
    {
        for (int i = 0; i < Count; i++)
            this[i].Message.Span[..QueuedDatagram.Front].Clear();
    }

    /// <summary>Gives everything back.</summary>
    public void Clear()
    {
        Drop(Count);
        _items = null;
        _head = 0;
    }

    private void Grow()
    {
        var larger = new QueuedDatagram[_items is null ? FirstSize : (int)BitOperations.RoundUpToPowerOf2((uint)_items.Length + 1)];
        for (int i = 0; i < Count; i++)
            larger[i] = this[i];
        _items = larger;
        _head = 0;
    }
}
