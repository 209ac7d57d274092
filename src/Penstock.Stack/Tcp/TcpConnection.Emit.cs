using System;
using Penstock.Stack.Buffers;
using Penstock.Wire.Tcp;

namespace Penstock.Stack.Tcp;

// Segments as they leave. Every one that carries ACK says all there is to say: acknowledgment, window, timestamps,
// SACK blocks, ECN echo; so it settles what was owed.
public sealed partial class TcpConnection
{
    private const int TimestampsLength = 12;

    /// <summary>A header with everything but the text.</summary>
    private TcpSegment Header(TcpFlags flags, SeqNumber seq)
    {
        TcpSegment seg = default;
        seg.Seq = seq;
        seg.Flags = flags;
        seg.Options.WindowScale = -1;
        seg.Ack = _rcv.Nxt;
        if (_useTimestamps)
        {
            seg.Options.HasTimestamps = true;
            seg.Options.TsVal = TsValAt(_stack.Now);
            seg.Options.TsEcr = _rcv.TsRecent;
        }
        if ((flags & TcpFlags.Syn) == 0)
        {
            seg.Window = AdvertiseWindow();
            if (_ecnEcho)
                seg.Flags |= TcpFlags.Ece;
            if (SackBlocksDue > 0)
                AddSackBlocks(ref seg.Options.Sack);
        }
        _rcv.LastAckSent = _rcv.Nxt;
        _ackOwed = false;
        _ackHeld = 0;
        _isPairBegun = false;
        _ackAt = long.MaxValue;
        return seg;
    }

    /// <summary>The timestamp clock, RFC 7323 (5.4): milliseconds.</summary>
    private uint TsValAt(long now) => (uint)(now / 1000) + _timestampOffset;

    /// <summary>SACK blocks that the next segment will carry: a duplicate first, RFC 2883 (4), then what is out of order.</summary>
    private int SackBlocksDue
    {
        get
        {
            if (!_useSack || (_reassembly is null && _duplicate.Length <= 0))
                return 0;
            SackBlocks blocks = default;
            FillSackBlocks(ref blocks);
            return blocks.Count;
        }
    }

    private void AddSackBlocks(ref SackBlocks blocks)
    {
        FillSackBlocks(ref blocks);
        _duplicate = default;
    }

    private void FillSackBlocks(ref SackBlocks blocks)
    {
        int most = _useTimestamps ? 3 : 4;
        if (_duplicate.Length > 0)
            blocks.Add(_duplicate);
        if (_reassembly is null)
            return;
        // RFC 2883 (4.2): a duplicate within a waiting range is followed by that range.
        if (_duplicate.Length > 0 && _reassembly.TryRangeAround(_duplicate.Left, out SackBlock around))
            blocks.Add(around);
        _reassembly.AddBlocks(ref blocks, most, _duplicate.Length > 0 ? 1 : 0);
    }

    private void EmitAck()
    {
        TcpSegment seg = Header(TcpFlags.Ack, _snd.Nxt);
        _stack.Write(_flow, ref seg, default, 0, 0, 0);
    }

    /// <summary>A segment below the window: a peer that lives answers it with its state, RFC 9293 (3.10.7.4), first.</summary>
    private void EmitProbe()
    {
        TcpSegment seg = Header(TcpFlags.Ack, _snd.Una - 1);
        _stack.Write(_flow, ref seg, default, 0, 0, 0);
    }

    private void EmitReset()
    {
        _stack.Counters.ResetsOut++;
        TcpSegment seg = default;
        seg.Options.WindowScale = -1;
        seg.Flags = TcpFlags.Rst | TcpFlags.Ack;
        // Before a SYN-ACK there is no sequence number of ours: RFC 9293 (3.5.2) group 1.
        seg.Seq = Status == TcpState.Opening ? new(0) : _snd.Nxt;
        seg.Ack = _rcv.Nxt;
        _stack.Write(_flow, ref seg, default, 0, 0, 0);
    }

    /// <summary>Text, and FIN behind it.</summary>
    /// <param name="start">First sequence number.</param>
    /// <param name="length">Bytes of text, 0 for a bare FIN.</param>
    /// <param name="fin">FIN follows the last byte.</param>
    /// <param name="isNew">Never sent before.</param>
    /// <returns>Bytes of text that left: fewer than asked for when they lie in too many pieces; -1 when the device was full.</returns>
    private int EmitText(SeqNumber start, int length, bool fin, bool isNew)
    {
        Span<Lease> pieces = _stack.Pieces;
        int count = 0;
        int sent = length > 0 ? _queue.Gather(start, length, pieces, out count) : 0;
        int mss = SegmentText;
        if (sent < length)
        {
            fin = false;
            if (sent > mss)
                sent = TrimPieces(pieces, ref count, sent, sent / mss * mss);
        }
        TcpFlags flags = TcpFlags.Ack;
        if (fin)
            flags |= TcpFlags.Fin;
        if (start + sent == _snd.End)
            flags |= TcpFlags.Psh;
        if (isNew && _isCwrDue)
        {
            flags |= TcpFlags.Cwr;
            _isCwrDue = false;
        }
        TcpSegment seg = Header(flags, start);
        // RFC 3168 (6.1.5): what is sent again is not marked capable.
        int ecn = _useEcn && isNew && sent > 0 ? 2 : 0;
        bool written = _stack.Write(_flow, ref seg, pieces[..count], sent, sent > mss ? mss : 0, ecn);
        return written ? sent : -1;
    }

    private static int TrimPieces(Span<Lease> pieces, ref int count, int have, int want)
    {
        while (have > want)
        {
            int last = pieces[count - 1].Length;
            int cut = Math.Min(last, have - want);
            if (cut == last)
                count--;
            else
                pieces[count - 1] = pieces[count - 1].Slice(0, last - cut);
            have -= cut;
        }
        return have;
    }
}
