using Penstock.Stack.Buffers;
using Penstock.Wire.Tcp;

namespace Penstock.Stack.Tcp;

// Text and FIN, RFC 9293 (3.10.7.4), seventh and eighth. A super-packet's text is one lease, never cut:
//   in order -> the host at once, then whatever was waiting behind it
//   before its turn -> Reassembly, and a duplicate acknowledgment
// A host without memory refuses: the text counts as lost on the way. What waited behind a gap stays where it is, and
// its turn comes again with the next segment or when the host has used up something.
public sealed partial class TcpConnection
{
    private ReceiveSequence _rcv;
    private Reassembly? _reassembly; // only while something is missing
    private SackBlock _duplicate; // to be reported once, RFC 2883
    private bool _isTextRefused; // text in the reassembly has its turn, and the host had no memory
    private bool _isOfferDue;
    private const int MostHeldAcks = 4;
    private bool _ackOwed;
    private bool _ackMayWait;
    private byte _ackHeld;
    private byte _segmentsInPairs; // so many are to be acknowledged two by two
    private bool _isPairBegun;
    private bool _ecnEcho;
    private bool _isCwrDue;
    private long _ackAt = long.MaxValue;

    private void TakeText(in TcpSegment seg, in Lease text, long now)
    {
        SeqNumber start = seg.Seq;
        int skip = 0;
        int length = text.Length;
        if (start < _rcv.Nxt)
        {
            skip = _rcv.Nxt - start;
            ReportDuplicate(new(start, _rcv.Nxt));
            _stack.Counters.Duplicates++;
            AckInPairs();
        }
        int beyond = start + length - _rcv.Adv;
        if (beyond > 0)
        {
            length -= beyond; // more than the window: a probe, or a peer that does not keep to it
            OweAck();
        }
        length -= skip;
        if (length <= 0)
        {
            OweAck();
            return;
        }
        if (start + skip == _rcv.Nxt && _reassembly is null)
            TakeInOrder(seg, text, skip, length, now);
        else
            TakeWithGaps(start + skip, text.Slice(skip, length));
    }

    private void TakeInOrder(in TcpSegment seg, in Lease text, int skip, int length, long now)
    {
        Lease part = text.Share(skip, length);
        if (!Deliver(part))
            part.Release(); // no answer: whoever has lost a segment waits before it sends again
        else if (!IsGone)
            OweAckFor(length, seg.Has(TcpFlags.Fin), now);
    }

    private void TakeWithGaps(SeqNumber start, in Lease text)
    {
        AckInPairs();
        OweAck(); // at once, RFC 5681 (4.2): both when a gap opens and when one is filled
        if (start == _rcv.Nxt)
        {
            Lease share = text.Share();
            if (!Deliver(share))
            {
                share.Release();
                return;
            }
        }
        else
        {
            _stack.Counters.OutOfOrder++;
            KeepForLater(start, text);
        }
        SeqNumber before = _rcv.Nxt;
        DeliverWaiting();
        if (!IsGone && _rcv.Nxt != before)
            OweAck(); // what was refused before is taken now, maybe behind an acknowledgment that has just left
    }

    private void KeepForLater(SeqNumber start, in Lease text)
    {
        if (_stack.Budget.IsSpent)
        {
            _stack.Counters.TextDropped++; // the way to free memory leads through the gap, not behind it
        }
        else
        {
            _reassembly ??= _stack.RentReassembly();
            if (!_reassembly.Keep(start, text, out SackBlock duplicate))
                _stack.Counters.TextDropped++;
            if (duplicate.Length > 0)
                ReportDuplicate(duplicate);
        }
        if (!_useSack)
            EmitAck(); // a peer without SACK counts duplicate acknowledgments
    }

    /// <summary>Delivers what waited for its turn, a FIN included.</summary>
    private void DeliverWaiting()
    {
        _isTextRefused = false;
        while (_reassembly is { } waiting && waiting.TryTake(_rcv.Nxt, out Lease next))
        {
            if (Deliver(next))
                continue;
            waiting.PutBack(_rcv.Nxt, next);
            _isTextRefused = true;
            return;
        }
        if (_reassembly is not { } rest)
            return;
        if (rest.Fin == _rcv.Nxt)
        {
            rest.Fin = null;
            ReleaseReassembly();
            AcceptFin();
        }
        else if (rest.IsEmpty)
        {
            ReleaseReassembly();
        }
    }

    /// <summary>The host has used up something since it refused: Flush offers the text again.</summary>
    private void OfferLater()
    {
        _isOfferDue = true;
        WantFlush();
    }

    private void OfferAgain()
    {
        _isOfferDue = false;
        SeqNumber before = _rcv.Nxt;
        DeliverWaiting();
        if (!IsGone && _rcv.Nxt != before)
            _ackOwed = true; // this very Flush sends it
    }

    /// <summary>Offers text to the host; false, and everything as before, when the host has no memory for it.</summary>
    private bool Deliver(in Lease text)
    {
        int length = text.Length;
        _rcv.Nxt += length; // before the call: the host may consume at once
        _rcv.Held += length;
        if (_stack.Host.OnText(this, text))
        {
            _stack.Counters.TextIn += length;
            return true;
        }
        _rcv.Nxt -= length;
        _rcv.Held -= length;
        _stack.Counters.TextDropped++;
        return false;
    }

    /// <summary>Eighth: FIN.</summary>
    private void TakeFin(in TcpSegment seg)
    {
        if (!Status.CanReceiveText())
            return;
        SeqNumber at = seg.Seq + seg.TextLength;
        if (at == _rcv.Nxt)
        {
            AcceptFin();
        }
        else if (at > _rcv.Nxt && at <= _rcv.Adv)
        {
            (_reassembly ??= _stack.RentReassembly()).Fin ??= at;
            OweAck();
        }
    }

    private void AcceptFin()
    {
        if (!Status.CanReceiveText())
            return;
        ReleaseReassembly(); // text behind a FIN is not text of this connection
        _rcv.Nxt += 1;
        _rcv.Adv = SeqNumber.Max(_rcv.Adv, _rcv.Nxt);
        OweAck();
        bool hostWaits = Status != TcpState.FinWait2; // otherwise the end says it all
        if (hostWaits)
            OnFinArrived();
        _stack.Host.OnFin(this);
        if (!hostWaits && !IsGone)
            OnFinArrived();
    }

    private void ReleaseReassembly()
    {
        if (_reassembly is not { } reassembly)
            return;
        _reassembly = null;
        _isTextRefused = _isOfferDue = false;
        _stack.GiveReassembly(reassembly);
    }

    /// <summary>RFC 3168 (6.1.3): congestion that a router has marked is echoed until the peer says it has reacted.</summary>
    private void NoteCongestion(in TcpSegment seg, int ecn)
    {
        if (!_useEcn)
            return;
        if (seg.Has(TcpFlags.Cwr))
            _ecnEcho = false;
        if (ecn == 3)
            _ecnEcho = true;
    }

    /// <summary>A D-SACK each, RFC 2883 (4): a sender counts them to learn whether it has sent again for nothing.</summary>
    private void ReportDuplicate(SackBlock block)
    {
        if (_duplicate.Length > 0 && _duplicate.Right == block.Left)
        {
            _duplicate = new(_duplicate.Left, block.Right);
            return;
        }
        if (_duplicate.Length > 0 && _useSack)
            EmitAck();
        _duplicate = block;
    }

    /// <summary>
    /// Where packets get lost, acknowledgments do too: for a while every second segment draws one, RFC 5681 (4.2). One for
    /// a batch tells of three gaps at most, and with it would be lost all that the peer has to go by until its clock fires.
    /// </summary>
    private void AckInPairs() => _segmentsInPairs = byte.MaxValue;

    private void CountForPair()
    {
        if (_segmentsInPairs == 0)
            return;
        _segmentsInPairs--;
        if (_isPairBegun && _ackOwed)
            EmitAck();
        else
            _isPairBegun = true;
    }

    private void OweAck()
    {
        _ackOwed = true;
        _ackMayWait = false;
        _ackAt = long.MaxValue;
        WantFlush();
    }

    /// <summary>An acknowledgment of text in order: more of it that already lies in the device may share it.</summary>
    private void OweAckOfBatch()
    {
        bool mayWait = !_ackOwed || _ackMayWait;
        OweAck();
        _ackMayWait = mayWait;
    }

    /// <summary>True while the acknowledgment waits for the next batch: a few at most, and never for a quarter of the window.</summary>
    private bool HoldAck(bool moreToCome)
    {
        if (!moreToCome || !_ackMayWait || _segmentsInPairs > 0)
            return false;
        if (_ackHeld == MostHeldAcks || _rcv.Nxt - _rcv.LastAckSent >= _rcv.Buffer / 4)
            return false;
        _ackHeld++;
        WantFlush();
        return true;
    }

    /// <summary>An acknowledgment at Flush; a lone small segment's may wait for the answer, if so configured.</summary>
    private void OweAckFor(int length, bool isFin, long now)
    {
        int delay = _stack.Options.AckDelay;
        if (isFin)
        {
            OweAck();
            return;
        }
        if (delay == 0 || _ackOwed || _ackAt != long.MaxValue || length >= _snd.Mss)
        {
            OweAckOfBatch();
            return;
        }
        _ackAt = now + delay;
        ArmTimer();
    }
}
