using Penstock.Stack.Buffers;
using Penstock.Wire.Tcp;

namespace Penstock.Stack.Tcp;

// SEGMENT ARRIVES, RFC 9293 (3.10.7.4), a method per step in the RFC's order:
//   timestamps (RFC 7323 5.3) -> first: sequence number -> second: RST -> fourth: SYN -> fifth: ACK
//   -> seventh: text -> eighth: FIN
// The third step (security) and the sixth (urgent pointer) have nothing to do here.
public sealed partial class TcpConnection
{
    /// <summary>Takes a segment of this flow.</summary>
    /// <param name="seg">Its header.</param>
    /// <param name="text">Its text; carries no claim.</param>
    /// <param name="ecn">The ECN bits of its IP header.</param>
    /// <param name="now">The time.</param>
    internal void Arrives(in TcpSegment seg, in Lease text, int ecn, long now)
    {
        if (Status == TcpState.Opening)
        {
            ArrivesInOpening(seg);
            return;
        }
        if (!CheckTimestamps(seg) || !CheckSequence(seg) || CheckReset(seg) || CheckSyn(seg))
            return;
        if (Status == TcpState.TimeWait)
        {
            ArrivesInTimeWait(seg);
            return;
        }
        if (_useTimestamps && seg.Options.HasTimestamps && seg.Seq <= _rcv.LastAckSent)
            RememberTimestamp(seg); // RFC 7323 (5.3) R3
        _lastHeard = now;
        _keepAlivesUnanswered = 0;
        if (!CheckAck(seg, now) || IsGone)
            return;
        NoteCongestion(seg, ecn);
        if (seg.TextLength > 0 && Status.CanReceiveText())
            TakeText(seg, text, now);
        if (!IsGone && seg.Has(TcpFlags.Fin))
            TakeFin(seg);
        if (!IsGone && seg.TextLength > 0)
            CountForPair();
    }

    // Nothing has been sent yet: RFC 9293 (3.10.7.2), as in LISTEN.
    private void ArrivesInOpening(in TcpSegment seg)
    {
        if (seg.Has(TcpFlags.Rst))
        {
            if (seg.Seq == _rcv.Nxt)
            {
                _stack.Counters.ResetsIn++;
                End(TcpEnd.PeerReset);
            }
        }
        else if (seg.Has(TcpFlags.Ack))
        {
            _stack.ResetStranger(_flow, seg);
        }
        else if (seg.Has(TcpFlags.Syn) && seg.Seq != _rcv.Irs)
        {
            OnSyn(seg); // the app has given up its first attempt and uses the port again
        }
    }

    /// <summary>PAWS, RFC 7323 (5.3) R1; resets are exempt.</summary>
    private bool CheckTimestamps(in TcpSegment seg)
    {
        if (!_useTimestamps || seg.Has(TcpFlags.Rst))
            return true;
        if (!seg.Options.HasTimestamps)
        {
            // RFC 7323 (3.2): once negotiated, a segment without is dropped. A SYN is a new incarnation's, judged below.
            if (seg.Has(TcpFlags.Syn))
                return true;
            _stack.Counters.PawsDrops++;
            return false;
        }
        if ((int)(seg.Options.TsVal - _rcv.TsRecent) < 0 && !IsTimestampOutdated)
        {
            if (seg.Has(TcpFlags.Syn))
                return true; // the fourth step answers it
            _stack.Counters.PawsDrops++;
            OweAnswer(seg);
            return false;
        }
        return true;
    }

    /// <summary>First: the sequence number.</summary>
    private bool CheckSequence(in TcpSegment seg)
    {
        if (IsAcceptable(seg))
            return true;
        _stack.Counters.Unacceptable++;
        if (seg.Has(TcpFlags.Rst))
            return false;
        if (Status == TcpState.TimeWait && seg.Has(TcpFlags.Fin))
            SetClock(Clock.TimeWait, _stack.Now + _stack.Options.TimeWait); // our last ACK was lost
        if (seg.Has(TcpFlags.Syn) && Status == TcpState.SynReceived && seg.Seq == _rcv.Irs)
        {
            _isSynAckDue = true; // our SYN-ACK was lost, or is under way
            WantFlush();
            return false;
        }
        if (seg.TextLength > 0 && seg.Seq < _rcv.Nxt)
        {
            _stack.Counters.Duplicates++;
            ReportDuplicate(new(seg.Seq, SeqNumber.Min(seg.Seq + seg.TextLength, _rcv.Nxt)));
            AckInPairs();
        }
        OweAnswer(seg);
        if (seg.TextLength > 0)
            CountForPair();
        return false;
    }

    private bool IsAcceptable(in TcpSegment seg)
    {
        // A bare segment at the very edge is taken: a peer that has filled the window acknowledges from there.
        int length = seg.Length;
        if (length == 0)
            return seg.Seq >= _rcv.Nxt && seg.Seq <= _rcv.Adv;
        return seg.Seq == _rcv.Nxt || (seg.Seq < _rcv.Adv && seg.Seq + length > _rcv.Nxt);
    }

    /// <summary>Second: RST, with RFC 5961 (3.2). True when the segment is dealt with.</summary>
    private bool CheckReset(in TcpSegment seg)
    {
        if (!seg.Has(TcpFlags.Rst))
            return false;
        if (Status == TcpState.TimeWait)
            return true; // RFC 1337: a reset does not end TIME-WAIT
        if (seg.Seq != _rcv.Nxt)
        {
            Challenge();
            return true;
        }
        _stack.Counters.ResetsIn++;
        End(TcpEnd.PeerReset);
        return true;
    }

    /// <summary>Fourth: SYN, with RFC 5961 (4.2). True when the segment is dealt with.</summary>
    private bool CheckSyn(in TcpSegment seg)
    {
        if (!seg.Has(TcpFlags.Syn))
            return false;
        Challenge();
        return true;
    }

    /// <summary>Fifth: ACK. False when the segment goes no further.</summary>
    private bool CheckAck(in TcpSegment seg, long now)
    {
        if (!seg.Has(TcpFlags.Ack))
            return false;
        if (Status == TcpState.SynReceived)
        {
            if (seg.Ack != _snd.Iss + 1 || _snd.Nxt == _snd.Iss)
            {
                _stack.ResetStranger(_flow, seg);
                return false;
            }
            CompleteHandshake(seg, now);
            return !IsGone;
        }
        // RFC 5961 (5.2): what nobody sent, or what is older than a window, is not from this peer.
        if (seg.Ack > _snd.Nxt || seg.Ack < _snd.Una - _snd.MaxWnd)
        {
            _stack.Counters.Unacceptable++;
            Challenge();
            return false;
        }
        TakeAck(seg, now);
        return true;
    }

    // Text behind the FIN is not this connection's; bare segments need no answer.
    private void ArrivesInTimeWait(in TcpSegment seg)
    {
        if (seg.Length > 0)
            OweAck();
    }

    /// <summary>An answer that anyone on the path could provoke, RFC 5961 (7).</summary>
    private void Challenge()
    {
        if (_stack.TrySpendChallenge())
            OweAck();
    }

    // An answer to text can be owed freely: the sender paid for it. Bare segments could echo for ever.
    private void OweAnswer(in TcpSegment seg)
    {
        if (seg.TextLength > 0 || seg.Has(TcpFlags.Fin))
            OweAck();
        else
            Challenge();
    }

    private bool IsTimestampOutdated => _stack.Seconds - _rcv.TsRecentAt > 24 * 86400; // RFC 7323 (5.5)

    private void RememberTimestamp(in TcpSegment seg)
    {
        _rcv.TsRecent = seg.Options.TsVal;
        _rcv.TsRecentAt = _stack.Seconds;
    }
}
