using System;
using Penstock.Stack.Buffers;
using Penstock.Wire.Tcp;

namespace Penstock.Stack.Tcp;

/// <summary>Text that the host has queued and the peer has not acknowledged: a ring of leases by sequence number.</summary>
/// <remarks>
/// <code>
///   _head                                     _head + _count
///   | lease | lease | lease | lease | lease |
///   ^ Start ^ Start ...
/// </code>
/// Segments refer to ranges of the leases; nothing is copied or moved. A lease is released when all of it is
/// acknowledged. The ring's array is rented while the queue is not empty.
/// </remarks>
internal struct SendQueue
{
    private Entry[]? _ring;
    private int _head;
    private int _count;
    private int _hint; // the entry that the last gathering ended in, counted from the head

    internal struct Entry
    {
        internal Lease Text;
        internal SeqNumber Start;
    }

    internal readonly int Count => _count;

    internal void Append(in Lease text, SeqNumber start, RingPool<Entry> pool)
    {
        if (_ring is null)
            _ring = pool.Rent(RingPool<Entry>.Smallest);
        else if (_count == _ring.Length)
            Grow(pool);
        ref Entry entry = ref _ring[(_head + _count++) & (_ring.Length - 1)];
        entry.Text = text;
        entry.Start = start;
    }

    /// <summary>Copies text behind the last piece, into what its block has left; false when that cannot be.</summary>
    internal readonly bool TryJoin(ReadOnlySpan<byte> text)
    {
        if (_count == 0)
            return false;
        ref Entry last = ref At(_count - 1);
        if (!last.Text.TryExtend(text, out Lease longer))
            return false;
        last.Text = longer;
        return true;
    }

    /// <summary>Releases what lies wholly before <paramref name="una"/>: O(released leases).</summary>
    internal void ReleaseBefore(SeqNumber una, RingPool<Entry> pool)
    {
        while (_count > 0)
        {
            ref Entry entry = ref _ring![_head];
            if (entry.Start + entry.Text.Length > una)
                return;
            entry.Text.Release();
            entry = default;
            _head = (_head + 1) & (_ring.Length - 1);
            _count--;
            _hint = Math.Max(0, _hint - 1);
        }
        GiveRing(pool);
    }

    /// <summary>Releases everything.</summary>
    internal void Clear(RingPool<Entry> pool)
    {
        for (; _count > 0; _count--, _head++)
        {
            ref Entry entry = ref _ring![_head & (_ring.Length - 1)];
            entry.Text.Release();
            entry = default;
        }
        GiveRing(pool);
    }

    /// <summary>Names the pieces that hold a range of sequence numbers.</summary>
    /// <param name="from">First byte; queued.</param>
    /// <param name="length">Bytes wanted, all queued.</param>
    /// <param name="pieces">Filled from the front; carries no claims.</param>
    /// <param name="count">Pieces filled.</param>
    /// <returns>Bytes that the pieces hold: less than wanted when there are not enough pieces.</returns>
    internal int Gather(SeqNumber from, int length, Span<Lease> pieces, out int count)
    {
        count = 0;
        int gathered = 0;
        int index = IndexOf(from);
        int skip = from - At(index).Start;
        while (gathered < length && count < pieces.Length)
        {
            ref Entry entry = ref At(index);
            int take = Math.Min(entry.Text.Length - skip, length - gathered);
            pieces[count++] = entry.Text.Slice(skip, take);
            gathered += take;
            _hint = index++;
            skip = 0;
        }
        return gathered;
    }

    private readonly ref Entry At(int index) => ref _ring![(_head + index) & (_ring.Length - 1)];

    private readonly bool Holds(int index, SeqNumber seq) =>
        (uint)index < (uint)_count && seq.IsWithin(At(index).Start, At(index).Text.Length);

    private readonly int IndexOf(SeqNumber seq)
    {
        if (Holds(_hint, seq))
            return _hint;
        if (Holds(_hint + 1, seq))
            return _hint + 1;
        int low = 0;
        int high = _count - 1;
        while (low < high)
        {
            int middle = (low + high + 1) >> 1;
            if (At(middle).Start <= seq)
                low = middle;
            else
                high = middle - 1;
        }
        return low;
    }

    private void Grow(RingPool<Entry> pool)
    {
        Entry[] old = _ring!;
        Entry[] larger = pool.Rent(old.Length * 2);
        for (int i = 0; i < _count; i++)
            larger[i] = old[(_head + i) & (old.Length - 1)];
        Array.Clear(old);
        pool.Give(old);
        _ring = larger;
        _head = 0;
    }

    private void GiveRing(RingPool<Entry> pool)
    {
        if (_ring is null)
            return;
        pool.Give(_ring);
        _ring = null;
        _head = _hint = 0;
    }
}
