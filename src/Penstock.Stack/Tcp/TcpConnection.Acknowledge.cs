using System;
using Penstock.Stack.Tcp.Congestion;
using Penstock.Stack.Tcp.Recovery;
using Penstock.Wire.Tcp;

namespace Penstock.Stack.Tcp;

// What an acknowledgment does, RFC 9293 (3.10.7.4), fifth:
//   window -> delivered records (RTT, RACK) -> SACK blocks -> losses -> congestion window -> leases released
//   -> clocks -> FIN acknowledged -> the host may send more
public sealed partial class TcpConnection
{
    private SendSequence _snd;
    private SendQueue _queue;
    private Scoreboard _sent;
    private RttEstimator _rtt;
    private CongestionWindow _congestion;
    private long _waitingSince; // when what is in flight last made progress

    private void TakeAck(in TcpSegment seg, long now)
    {
        int acked = seg.Ack - _snd.Una;
        if (acked < 0)
            return; // overtaken by a later one
        int flight = _snd.Flight;
        bool windowChanged = UpdateWindow(seg);
        SeqNumber unaBefore = _snd.Una;
        bool isLate = false;
        if (acked > 0)
        {
            isLate = IsFirstCopyOfResent(seg);
            TakeDelivered(seg, now);
            _snd.Una = seg.Ack;
            _backoff = 0;
            _waitingSince = now;
            _rtoAt = now + Rto;
        }
        bool duplicateReported = TakeSack(seg, now);
        // RFC 3522 (3.2) step 5: with a D-SACK it is the acknowledgment that was lost, and what else is missing may be too.
        bool isUndone = isLate && !duplicateReported;
        if (isUndone)
            Undo(acked);
        bool mayBeDuplicate = acked == 0 && !windowChanged && flight > 0 && seg.Length == 0;
        FindLosses(unaBefore, acked, mayBeDuplicate, now);
        CheckTailProbe(acked, mayBeDuplicate, duplicateReported);
        CheckEcnEcho(seg, flight);
        if (acked > 0)
        {
            if (!isUndone)
                GrowWindow(acked, now);
            LeaveRecovery();
        }
        if (_phase == RecoveryPhase.Open)
            CheckUndo(acked);
        if (_useSack || acked > 0 || windowChanged || mayBeDuplicate)
            AfterAck(acked, now);
    }

    private void AfterAck(int acked, long now)
    {
        if (acked > 0)
        {
            int text = SeqNumber.Min(_snd.Una, _snd.End) - (_snd.Una - acked);
            _stack.Counters.TextOut += Math.Max(0, text);
            _queue.ReleaseBefore(_snd.Una, _stack.QueueRings);
            TuneSendBuffer(now);
        }
        if (_snd.Unsent > 0 || _sent.LostBytes > 0 || (_snd.FinQueued && !_snd.FinSent))
            WantFlush();
        else
            ArmRetransmission(now);
        if (_snd.FinSent && _snd.Una > _snd.End)
            OnFinAcked();
        if (acked > 0 && !IsGone && SendSpace > 0)
            _stack.Host.OnSpace(this);
    }

    /// <summary>SND.WND follows the newest segment, RFC 9293 (3.10.7.4). True when it changed.</summary>
    /// <remarks>
    /// What acknowledges new text is new as well, though it is text sent again: an older window, counted from where the
    /// acknowledgment has moved to, would reach beyond what the peer ever announced.
    /// </remarks>
    private bool UpdateWindow(in TcpSegment seg)
    {
        if (!(_snd.Una < seg.Ack || _snd.Wl1 < seg.Seq || (_snd.Wl1 == seg.Seq && _snd.Wl2 <= seg.Ack)))
            return false;
        int before = _snd.Wnd;
        SetWindow(seg, seg.Window << _snd.Shift);
        if (_snd.Wnd > before)
            _probes = 0;
        return _snd.Wnd != before;
    }

    private void SetWindow(in TcpSegment seg, int window)
    {
        _snd.Wnd = window;
        _snd.MaxWnd = Math.Max(_snd.MaxWnd, window);
        _snd.Wl1 = seg.Seq;
        _snd.Wl2 = seg.Ack;
    }

    /// <summary>Takes records off that lie before the acknowledgment, and measures the round trip with the last sent of them.</summary>
    private void TakeDelivered(in TcpSegment seg, long now)
    {
        SeqNumber ack = seg.Ack;
        long sentAt = -1;
        bool isAmbiguous = false;
        bool isFirst = true; // only of the first does the echo tell which copy arrived, RFC 7323 (4.3)
        while (_sent.Count > 0 && _sent[0].Start < ack)
        {
            ref SentRecord record = ref _sent[0];
            SeqNumber end = SeqNumber.Min(record.End, ack);
            isAmbiguous |= record.IsRetransmitted;
            if (!record.IsSacked)
            {
                sentAt = Math.Max(sentAt, record.SentAt);
                if (_useSack && !(isFirst && IsFirstCopy(record, seg)))
                    _rack.OnDelivered(record, end, _rtt.Min, now);
            }
            isFirst = false;
            if (record.End <= ack)
                _sent.Pop(_stack.RecordRings);
            else
                _sent.TrimFirst(ack);
        }
        // Karn, RFC 6298 (3): what was sent twice says nothing, and what lay behind it at the peer has waited for it.
        if (sentAt >= 0 && !isAmbiguous)
            _rtt.Sample(now - sentAt, now);
    }

    private void GrowWindow(int acked, long now)
    {
        if (_phase is RecoveryPhase.Open or RecoveryPhase.Loss)
            _congestion.OnAcked(acked, _snd.Mss, 2 * _stack.Options.MaxSendBuffer, _rtt.Srtt, now);
    }

    /// <summary>RFC 3168 (6.1.2): an echo reduces the window once a window of data.</summary>
    private void CheckEcnEcho(in TcpSegment seg, int flight)
    {
        if (!_useEcn || !seg.Has(TcpFlags.Ece) || _phase != RecoveryPhase.Open || flight == 0)
            return;
        _phase = RecoveryPhase.Reduced;
        _recoveryPoint = _snd.Nxt;
        _undo.Disarm();
        _congestion.OnLoss(flight, _snd.Mss);
        _isCwrDue = true;
        _stack.Counters.EcnReductions++;
    }
}
