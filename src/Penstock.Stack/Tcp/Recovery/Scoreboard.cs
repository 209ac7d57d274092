using Penstock.Stack.Buffers;
using Penstock.Wire.Tcp;

namespace Penstock.Stack.Tcp.Recovery;

/// <summary>What is in flight: a ring of records in sequence order that covers Una to Nxt without gaps.</summary>
/// <remarks>
/// <code>
///   Una                                                   Nxt
///    | sent | sacked | lost | sent again | sent | sent     |
/// </code>
/// A super-packet is one record until an acknowledgment or a retransmission cuts it. Cuts are made at multiples of
/// the segment size only, so records never outnumber segments, whatever blocks a hostile peer claims. Pipe, RFC 6675
/// (4), is flight - <see cref="SackedBytes"/> - <see cref="LostBytes"/>. The array is rented while anything is in
/// flight.
/// </remarks>
internal struct Scoreboard
{
    private SentRecord[]? _ring;
    private int _head;

    internal int Count { get; private set; }

    /// <summary>Bytes that the peer holds out of order.</summary>
    internal int SackedBytes { get; private set; }

    /// <summary>Bytes taken for lost and not sent again.</summary>
    internal int LostBytes { get; private set; }

    internal readonly ref SentRecord this[int index] => ref _ring![(_head + index) & (_ring.Length - 1)];

    internal void Append(SeqNumber start, SeqNumber end, long now, RingPool<SentRecord> pool)
    {
        MakeRoom(pool);
        this[Count++] = new SentRecord { Start = start, End = end, SentAt = now };
    }

    /// <summary>Removes the first record.</summary>
    internal void Pop(RingPool<SentRecord> pool)
    {
        Uncount(this[0]);
        _head = (_head + 1) & (_ring!.Length - 1);
        if (--Count == 0)
            Clear(pool);
    }

    /// <summary>Takes bytes off the front of the first record.</summary>
    internal void TrimFirst(SeqNumber una)
    {
        ref SentRecord first = ref this[0];
        Uncount(first);
        first.Start = una;
        Recount(first);
    }

    /// <summary>Forgets everything and gives the array back.</summary>
    internal void Clear(RingPool<SentRecord> pool)
    {
        if (_ring is not null)
            pool.Give(_ring);
        _ring = null;
        _head = Count = SackedBytes = LostBytes = 0;
    }

    internal void MarkSacked(int index)
    {
        ref SentRecord record = ref this[index];
        Uncount(record);
        record.IsSacked = true;
        record.IsLost = false;
        Recount(record);
    }

    internal void MarkLost(int index)
    {
        ref SentRecord record = ref this[index];
        Uncount(record);
        record.IsLost = true;
        Recount(record);
    }

    /// <summary>The peer may have thrown away what it reported, RFC 2018 (8).</summary>
    internal void ForgetSacked()
    {
        for (int i = 0; i < Count; i++)
            this[i].IsSacked = false;
        SackedBytes = 0;
    }

    /// <summary>What is taken for lost and was not sent again is only late.</summary>
    internal void ForgetLost()
    {
        for (int i = 0; LostBytes > 0 && i < Count; i++)
        {
            ref SentRecord record = ref this[i];
            Uncount(record);
            record.IsLost = false;
            Recount(record);
        }
    }

    internal void MarkSentAgain(int index, long now)
    {
        ref SentRecord record = ref this[index];
        Uncount(record);
        record.IsLost = false;
        record.IsRetransmitted = true;
        record.SentAt = now;
        Recount(record);
    }

    /// <summary>Cuts a record in two; both keep its marks.</summary>
    /// <param name="index">The record.</param>
    /// <param name="at">Strictly within it.</param>
    /// <param name="pool">Where a larger array comes from.</param>
    internal void Split(int index, SeqNumber at, RingPool<SentRecord> pool)
    {
        MakeRoom(pool);
        for (int i = Count; i > index + 1; i--)
            this[i] = this[i - 1];
        Count++;
        this[index + 1] = this[index] with { Start = at };
        this[index].End = at;
    }

    /// <summary>The first record that is lost, from <paramref name="from"/> on; -1 when there is none.</summary>
    internal readonly int NextLost(int from)
    {
        if (LostBytes == 0)
            return -1;
        for (int i = from; i < Count; i++)
        {
            if (this[i].IsLost)
                return i;
        }
        return -1;
    }

    /// <summary>The record that holds a sequence number; Count when it is beyond all.</summary>
    internal readonly int IndexOf(SeqNumber seq)
    {
        int low = 0;
        int high = Count;
        while (low < high)
        {
            int middle = (low + high) >> 1;
            if (this[middle].End <= seq)
                low = middle + 1;
            else
                high = middle;
        }
        return low;
    }

    private void Uncount(in SentRecord record)
    {
        if (record.IsSacked)
            SackedBytes -= record.Length;
        if (record.IsLost)
            LostBytes -= record.Length;
    }

    private void Recount(in SentRecord record)
    {
        if (record.IsSacked)
            SackedBytes += record.Length;
        if (record.IsLost)
            LostBytes += record.Length;
    }

    private void MakeRoom(RingPool<SentRecord> pool)
    {
        if (_ring is null)
        {
            _ring = pool.Rent(RingPool<SentRecord>.Smallest);
            _head = 0;
        }
        else if (Count == _ring.Length)
        {
            SentRecord[] larger = pool.Rent(Count * 2);
            for (int i = 0; i < Count; i++)
                larger[i] = this[i];
            pool.Give(_ring);
            _ring = larger;
            _head = 0;
        }
    }
}
