using System;
using Penstock.Stack.Buffers;

namespace Penstock.Tunnel.Sessions;

/// <summary>Text that waits for the uplink, in order.</summary>
/// <remarks>A ring that grows by doubling; its array is rented while the queue is not empty.</remarks>
internal struct LeaseQueue
{
    private Lease[]? _items;
    private int _head;

    /// <summary>Pieces in the queue.</summary>
    public int Count { get; private set; }

    /// <summary>Bytes in the queue.</summary>
    public int Bytes { get; private set; }

    /// <summary>The piece at a place, 0 being the oldest.</summary>
    public readonly ref readonly Lease this[int index] => ref _items![(_head + index) & (_items.Length - 1)];

    /// <summary>Appends; the queue owns the lease from now on.</summary>
    public void Enqueue(in Lease text, RingPool<Lease> pool)
    {
        if (_items is null)
            _items = pool.Rent(RingPool<Lease>.Smallest);
        else if (Count == _items.Length)
            Grow(pool);
        _items[(_head + Count) & (_items.Length - 1)] = text;
        Count++;
        Bytes += text.Length;
    }

    /// <summary>Drops bytes from the front and gives back the pieces that are used up.</summary>
    public void Drop(int bytes, RingPool<Lease> pool)
    {
        Bytes -= bytes;
        while (bytes > 0)
        {
            ref Lease first = ref _items![_head];
            if (bytes < first.Length)
            {
                first = first.Slice(bytes, first.Length - bytes);
                return;
            }
            bytes -= first.Length;
            first.Release();
            first = default;
            _head = (_head + 1) & (_items.Length - 1);
            Count--;
        }
        if (Count == 0)
            GiveItems(pool);
    }

    /// <summary>Copies small pieces that pin large buffers into buffers of their own size.</summary>
    /// <param name="pool">Where the copies come from.</param>
    public readonly void Compact(BufferPool pool)
    {
        for (int i = 0; i < Count; i++)
        {
            ref Lease piece = ref _items![(_head + i) & (_items.Length - 1)];
            piece = pool.Shrink(piece);
        }
    }

    /// <summary>Gives everything back.</summary>
    public void Clear(RingPool<Lease> pool)
    {
        for (int i = 0; i < Count; i++)
        {
            ref Lease piece = ref _items![(_head + i) & (_items.Length - 1)];
            piece.Release();
            piece = default;
        }
        Count = 0;
        Bytes = 0;
        GiveItems(pool);
    }

    private void Grow(RingPool<Lease> pool)
    {
        Lease[] old = _items!;
        Lease[] larger = pool.Rent(old.Length * 2);
        for (int i = 0; i < Count; i++)
            larger[i] = this[i];
        Array.Clear(old);
        pool.Give(old);
        _items = larger;
        _head = 0;
    }

    private void GiveItems(RingPool<Lease> pool)
    {
        if (_items is not null)
            pool.Give(_items);
        _items = null;
        _head = 0;
    }
}
