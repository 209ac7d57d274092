using Penstock.Stack.Buffers;
using Penstock.Wire.Tcp;

namespace Penstock.Stack.Tcp;

// Text and FIN, RFC 9293 (3.10.7.4), seventh and eighth. A super-packet's text is one lease, never cut:
//   in order -> the host at once, then whatever was waiting behind it
//   before its turn -> Reassembly, and a duplicate acknowledgment
public sealed partial class TcpConnection
{
    private ReceiveSequence _rcv;
    private Reassembly? _reassembly; // only while something is missing
    private SackBlock _duplicate; // to be reported once, RFC 2883
    private bool _ackOwed;
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
            _duplicate = new(start, _rcv.Nxt);
            _stack.Counters.Duplicates++;
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
        _rcv.Nxt += length;
        _rcv.Held += length;
        _stack.Counters.TextIn += length;
        OweAckFor(length, seg.Has(TcpFlags.Fin), now);
        _stack.Host.OnText(this, text.Share(skip, length));
    }

    private void TakeWithGaps(SeqNumber start, in Lease text)
    {
        OweAck(); // at once, RFC 5681 (4.2): both when a gap opens and when one is filled
        if (start == _rcv.Nxt)
        {
            Deliver(text.Share());
        }
        else
        {
            _stack.Counters.OutOfOrder++;
            _reassembly ??= _stack.RentReassembly();
            if (!_reassembly.Keep(start, text, out SackBlock duplicate))
                _stack.Counters.TextDropped++;
            if (duplicate.Length > 0)
                _duplicate = duplicate;
            if (!_useSack)
                EmitAck(); // a peer without SACK counts duplicate acknowledgments
            return;
        }
        while (_reassembly is { } waiting && waiting.TryTake(_rcv.Nxt, out Lease next))
            Deliver(next);
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

    private void Deliver(in Lease text)
    {
        _rcv.Nxt += text.Length;
        _rcv.Held += text.Length;
        _stack.Counters.TextIn += text.Length;
        _stack.Host.OnText(this, text);
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

    private void OweAck()
    {
        _ackOwed = true;
        _ackAt = long.MaxValue;
        WantFlush();
    }

    /// <summary>An acknowledgment at Flush; a lone small segment's may wait for the answer, if so configured.</summary>
    private void OweAckFor(int length, bool isFin, long now)
    {
        int delay = _stack.Options.AckDelay;
        if (delay == 0 || isFin || _ackOwed || _ackAt != long.MaxValue || length >= _snd.Mss)
        {
            OweAck();
            return;
        }
        _ackAt = now + delay;
        ArmTimer();
    }
}
