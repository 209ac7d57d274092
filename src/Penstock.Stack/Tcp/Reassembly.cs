using System;
using Penstock.Stack.Buffers;
using Penstock.Wire.Tcp;

namespace Penstock.Stack.Tcp;

/// <summary>Text that came before its turn, in order and without overlaps, and the SACK blocks that tell of it.</summary>
/// <remarks>
/// <code>
///   Rcv.Nxt        text      text text        text       (FIN)
///      |---missing--|====|------|====|====|---|====|--------|
/// </code>
/// Everything lies within the receive window. Small texts are copied, so that each does not pin a packet's buffer.
/// </remarks>
internal sealed class Reassembly(BufferPool pool)
{
    private const int MostTexts = 4096;
    private Text[] _texts = new Text[16];
    private int _head;
    private int _count;
    private SeqNumber _recent0;
    private SeqNumber _recent1;
    private SeqNumber _recent2;
    private SeqNumber _recent3;
    private int _recentCount;

    private struct Text
    {
        internal SeqNumber Start;
        internal Lease Lease;

        internal readonly SeqNumber End => Start + Lease.Length;
    }

    /// <summary>Where the peer's FIN stands, once it has come.</summary>
    internal SeqNumber? Fin { get; set; }

    /// <summary>Nothing is kept, no text and no FIN.</summary>
    internal bool IsEmpty => _count == 0 && Fin is null;

    /// <summary>Bytes kept.</summary>
    internal int Bytes { get; private set; }

    /// <summary>Keeps what is new of a text.</summary>
    /// <param name="start">Its first sequence number.</param>
    /// <param name="text">Carries no claim: shares are taken.</param>
    /// <param name="duplicate">The first part that was here already, RFC 2883 (4); empty when none was.</param>
    /// <returns>False when some of it could not be kept.</returns>
    internal bool Keep(SeqNumber start, in Lease text, out SackBlock duplicate)
    {
        duplicate = default;
        SeqNumber first = start;
        SeqNumber end = start + text.Length;
        bool kept = true;
        int index = FirstEndingAfter(start);
        while (start < end)
        {
            if (index < _count && At(index).Start <= start)
            {
                SeqNumber behind = SeqNumber.Min(At(index).End, end);
                if (duplicate.Length <= 0)
                    duplicate = new(start, behind);
                start = behind;
                index++;
                continue;
            }
            SeqNumber stop = index < _count ? SeqNumber.Min(At(index).Start, end) : end;
            if (!TryInsert(index, start, text, start - first, stop - start))
            {
                kept = false;
                break;
            }
            start = stop;
            index++;
        }
        if (start > first)
            Remember(first);
        return kept;
    }

    /// <summary>Takes the text whose turn has come; ownership passes.</summary>
    /// <param name="next">Rcv.Nxt.</param>
    /// <param name="text">Starts exactly at <paramref name="next"/>.</param>
    internal bool TryTake(SeqNumber next, out Lease text)
    {
        while (_count > 0 && At(0).Start <= next)
        {
            Text first = At(0);
            At(0) = default;
            _head++;
            _count--;
            Bytes -= first.Lease.Length;
            int late = next - first.Start;
            if (late < first.Lease.Length)
            {
                text = first.Lease.Slice(late, first.Lease.Length - late);
                return true;
            }
            first.Lease.Release(); // came again in full, and in order, meanwhile
        }
        if (_count == 0)
            _head = _recentCount = 0;
        text = default;
        return false;
    }

    /// <summary>Takes back what <see cref="TryTake"/> has just given out; ownership returns.</summary>
    /// <param name="next">Rcv.Nxt, where the text starts.</param>
    /// <param name="text">The text.</param>
    internal void PutBack(SeqNumber next, in Lease text)
    {
        _head--;
        _count++;
        Bytes += text.Length;
        At(0) = new Text { Start = next, Lease = text };
    }

    /// <summary>Adds the ranges that are kept, the most recently touched first, RFC 2018 (4).</summary>
    /// <param name="blocks">What is to be sent.</param>
    /// <param name="most">Blocks that fit.</param>
    /// <param name="first">Where the ranges among the blocks begin: 1 behind a duplicate's block.</param>
    internal void AddBlocks(ref SackBlocks blocks, int most, int first)
    {
        Span<SeqNumber> recent = [_recent0, _recent1, _recent2, _recent3];
        for (int i = 0; i < _recentCount && blocks.Count < most; i++)
        {
            if (TryRangeAround(recent[i], out SackBlock range) && !Has(blocks, first, range.Left))
                blocks.Add(range);
        }
    }

    /// <summary>The whole contiguous range that is kept around a sequence number.</summary>
    internal bool TryRangeAround(SeqNumber seq, out SackBlock range)
    {
        range = default;
        int index = FirstEndingAfter(seq);
        if (index == _count || At(index).Start > seq)
            return false;
        int left = index;
        while (left > 0 && At(left - 1).End == At(left).Start)
            left--;
        int right = index;
        while (right + 1 < _count && At(right).End == At(right + 1).Start)
            right++;
        range = new(At(left).Start, At(right).End);
        return true;
    }

    /// <summary>Releases everything.</summary>
    internal void Clear()
    {
        for (int i = 0; i < _count; i++)
        {
            At(i).Lease.Release();
            At(i) = default;
        }
        _head = _count = _recentCount = Bytes = 0;
        Fin = null;
    }

    private static bool Has(in SackBlocks blocks, int first, SeqNumber left)
    {
        for (int i = first; i < blocks.Count; i++)
        {
            if (blocks[i].Left == left)
                return true;
        }
        return false;
    }

    private ref Text At(int index) => ref _texts[_head + index];

    private int FirstEndingAfter(SeqNumber seq)
    {
        // Text comes mostly in order even when some before it is missing: look at the end first.
        if (_count == 0 || At(_count - 1).End <= seq)
            return _count;
        int low = 0;
        int high = _count;
        while (low < high)
        {
            int middle = (low + high) >> 1;
            if (At(middle).End <= seq)
                low = middle + 1;
            else
                high = middle;
        }
        return low;
    }

    private bool TryInsert(int index, SeqNumber start, in Lease text, int offset, int length)
    {
        if (_count == MostTexts)
            return false;
        Lease own;
        if (length * 2 > text.Pinned)
            own = text.Share(offset, length);
        else if (!pool.TryCopy(text.Span.Slice(offset, length), out own))
            return false;
        MakeRoom();
        Array.Copy(_texts, _head + index, _texts, _head + index + 1, _count - index);
        _count++;
        At(index) = new Text { Start = start, Lease = own };
        Bytes += length;
        return true;
    }

    private void MakeRoom()
    {
        if (_head + _count < _texts.Length)
            return;
        Text[] target = _head > _texts.Length / 2 ? _texts : new Text[_texts.Length * 2];
        Array.Copy(_texts, _head, target, 0, _count);
        if (ReferenceEquals(target, _texts))
            Array.Clear(_texts, _count, _texts.Length - _count);
        _texts = target;
        _head = 0;
    }

    private void Remember(SeqNumber seq)
    {
        TryRangeAround(seq, out SackBlock range);
        if (_recentCount > 0 && _recent0.IsWithin(range.Left, range.Length))
            return;
        _recent3 = _recent2;
        _recent2 = _recent1;
        _recent1 = _recent0;
        _recent0 = seq;
        _recentCount = Math.Min(4, _recentCount + 1);
    }
}
