using System;
using Penstock.Stack.Tcp.Recovery;
using Penstock.Wire.Tcp;

namespace Penstock.Stack.Tcp;

// Loss: found by RACK over SACK blocks (RFC 8985), by duplicate acknowledgments where the peer has no SACK
// (RFC 5681, 6582), or by the retransmission timeout. What is lost is marked in the scoreboard; Transmit sends it.
public sealed partial class TcpConnection
{
    private RackState _rack;
    private RecoveryPhase _phase;
    private SeqNumber _recoveryPoint;
    private int _duplicateAcks;
    private long _reorderAt = long.MaxValue;
    private SeqNumber _tailProbeEnd;
    private bool _isTailProbeOut;
    private bool _isTailProbeRepeat;

    private const int DupThresh = 3; // RFC 5681 (3.2)

    // Looking through the records is what an acknowledgment may cost: 4 MB in segments of 1 KB.
    internal const int MostRecords = 4096;

    /// <summary>Bytes that the network is thought to hold, RFC 6675 (4).</summary>
    private int Pipe
    {
        get
        {
            int pipe = _snd.Flight - _sent.SackedBytes - _sent.LostBytes;
            // Without SACK each duplicate acknowledgment stands for a segment that has left.
            return _useSack ? pipe : Math.Max(0, pipe - _duplicateAcks * _snd.Mss);
        }
    }

    /// <summary>Marks what SACK blocks report. True when they report a duplicate, RFC 2883.</summary>
    private bool TakeSack(in TcpSegment seg, long now)
    {
        int count = seg.Options.Sack.Count;
        if (!_useSack || count == 0)
            return false;
        bool duplicate = IsDuplicateReport(seg);
        if (duplicate)
        {
            _rack.OnDuplicateReported(_snd.Una, _snd.Nxt);
            _undo.OnDuplicateReported(seg.Options.Sack[0]);
        }
        // The newest block comes first; taken in that order the others would look as if the network had reordered them.
        SeqNumber from = _snd.Una;
        while (TryNextBlock(seg, duplicate ? 1 : 0, from, out SackBlock block))
        {
            TakeBlock(block, now);
            from = block.Right;
        }
        return duplicate;
    }

    /// <summary>The lowest block from a sequence number on that lies within what is in flight.</summary>
    private bool TryNextBlock(in TcpSegment seg, int first, SeqNumber from, out SackBlock lowest)
    {
        lowest = default;
        for (int i = first; i < seg.Options.Sack.Count; i++)
        {
            SackBlock block = seg.Options.Sack[i];
            if (block.Length > 0 && block.Left >= from && block.Right <= _snd.Nxt && (lowest.Length <= 0 || block.Left < lowest.Left))
                lowest = block;
        }
        return lowest.Length > 0;
    }

    // RFC 2883 (4): the first block lies below the acknowledgment, or within the second block.
    private static bool IsDuplicateReport(in TcpSegment seg)
    {
        SackBlock first = seg.Options.Sack[0];
        if (first.Right <= seg.Ack)
            return true;
        return seg.Options.Sack.Count > 1
            && first.Left >= seg.Options.Sack[1].Left && first.Right <= seg.Options.Sack[1].Right;
    }

    private void TakeBlock(SackBlock block, long now)
    {
        for (int i = _sent.IndexOf(block.Left); i < _sent.Count && _sent[i].Start < block.Right; i++)
        {
            if (_sent[i].IsSacked)
                continue;
            if (_sent[i].Start < block.Left)
            {
                if (!TrySplit(i, block.Left))
                    return;
                continue;
            }
            if (_sent[i].End > block.Right && !TrySplit(i, block.Right))
                return;
            if (!_sent[i].IsRetransmitted)
                _rtt.Sample(now - _sent[i].SentAt, now);
            _rack.OnDelivered(_sent[i], _sent[i].End, _rtt.Min, now);
            _sent.MarkSacked(i);
        }
    }

    // Honest blocks end where segments end. A peer that claims single bytes finds its blocks ignored after a while.
    private bool TrySplit(int index, SeqNumber at)
    {
        if (_sent.Count > Math.Min(64 + 2 * (_snd.Flight / _snd.Mss), MostRecords))
            return false;
        _sent.Split(index, at, _stack.RecordRings);
        return true;
    }

    private void FindLosses(SeqNumber unaBefore, int acked, bool mayBeDuplicate, long now)
    {
        if (_useSack)
        {
            if (_sent.SackedBytes > 0 || _phase is RecoveryPhase.Recovery or RecoveryPhase.Loss)
                DetectByTime(now);
            else
                _reorderAt = long.MaxValue;
        }
        else
        {
            CountDuplicates(unaBefore, acked, mayBeDuplicate);
        }
    }

    /// <summary>RACK_detect_loss, RFC 8985 (6.2) step 5.</summary>
    private void DetectByTime(long now)
    {
        int window = _rack.ReorderingWindow(
            _phase is RecoveryPhase.Recovery or RecoveryPhase.Loss, _sent.SackedBytes, _snd.Mss, _rtt);
        long latest = 0;
        bool found = false;
        for (int i = 0; i < _sent.Count; i++)
        {
            ref SentRecord record = ref _sent[i];
            if (record.IsSacked || record.IsLost || !_rack.IsOvertaken(record))
                continue;
            long remaining = record.SentAt + _rack.Rtt + window - now;
            if (remaining <= 0)
            {
                Lose(i);
                found = true;
            }
            else
            {
                latest = Math.Max(latest, remaining);
            }
        }
        _reorderAt = latest > 0 ? now + latest : long.MaxValue;
        if (found)
            EnterRecovery();
    }

    private void OnReorderTimeout(long now)
    {
        DetectByTime(now);
        WantFlush();
    }

    /// <summary>RFC 5681 (3.2) and RFC 6582 (3.2) for a peer without SACK.</summary>
    private void CountDuplicates(SeqNumber unaBefore, int acked, bool mayBeDuplicate)
    {
        if (mayBeDuplicate)
        {
            if (++_duplicateAcks == DupThresh && _phase is RecoveryPhase.Open or RecoveryPhase.Reduced)
                LoseFirst();
            return;
        }
        if (acked == 0)
            return;
        bool isPartial = _phase == RecoveryPhase.Recovery && _snd.Una < _recoveryPoint && _snd.Una > unaBefore;
        _duplicateAcks = isPartial ? Math.Max(0, _duplicateAcks - acked / _snd.Mss) : 0;
        if (isPartial)
            LoseFirst();
    }

    private void LoseFirst()
    {
        if (_sent.Count == 0)
            return;
        _takesBig &= !_sent[0].IsBig;
        if (_sent[0].Length > _snd.Mss)
            _sent.Split(0, _sent[0].Start + _snd.Mss, _stack.RecordRings);
        if (!_sent[0].IsLost)
            _sent.MarkLost(0);
        EnterRecovery();
    }

    private void Lose(int index)
    {
        _takesBig &= !_sent[index].IsBig;
        _sent.MarkLost(index);
    }

    private void EnterRecovery()
    {
        if (_phase is RecoveryPhase.Recovery or RecoveryPhase.Loss)
            return;
        _undo.Arm(_snd.Una, _congestion.Cwnd, _congestion.Ssthresh);
        if (_phase == RecoveryPhase.Open)
            _congestion.OnLoss(_snd.Flight, _snd.Mss);
        _phase = RecoveryPhase.Recovery;
        _recoveryPoint = _snd.Nxt;
        _isTailProbeOut = false;
        _stack.Counters.FastRecoveries++;
    }

    private void LeaveRecovery()
    {
        if (_phase == RecoveryPhase.Open || _snd.Una < _recoveryPoint)
            return;
        if (_phase == RecoveryPhase.Recovery)
        {
            _congestion.Cwnd = _congestion.Ssthresh;
            _rack.OnRecovered();
        }
        _phase = RecoveryPhase.Open;
        _duplicateAcks = 0;
        _reorderAt = long.MaxValue;
        _undo.ExpireAt(_snd.Nxt);
    }

    /// <summary>The retransmission timer, RFC 6298 (5.4 to 5.6), RFC 8985 (6.3).</summary>
    private void OnRetransmissionTimeout(long now)
    {
        if (HasWaitedTooLong(now))
        {
            GiveUp();
            return;
        }
        _stack.Counters.Timeouts++;
        if (_sent.Count > 0 && _sent[0].IsSacked)
            _sent.ForgetSacked(); // it would have been acknowledged: the peer has reneged
        for (int i = 0; i < _sent.Count; i++)
        {
            if (!_sent[i].IsSacked && !_sent[i].IsLost)
                Lose(i);
        }
        if (_phase is RecoveryPhase.Open or RecoveryPhase.Reduced)
            _undo.Arm(_snd.Una, _congestion.Cwnd, _congestion.Ssthresh);
        _congestion.OnTimeout(_snd.Flight, _snd.Mss, isFirst: _phase != RecoveryPhase.Loss || _backoff == 0);
        _phase = RecoveryPhase.Loss;
        _recoveryPoint = _snd.Nxt;
        _duplicateAcks = 0;
        _isTailProbeOut = false;
        _reorderAt = long.MaxValue;
        _backoff++;
        _rtoAt = now + Rto;
        WantFlush();
        ArmRetransmission(now);
    }

    /// <summary>The probe timer, RFC 8985 (7.3): new text if the window lets it, or the last segment again.</summary>
    private void OnTailProbeTimeout(long now)
    {
        _stack.Counters.TailProbes++;
        _tailProbeEnd = _snd.Nxt;
        _isTailProbeOut = true;
        _isTailProbeRepeat = false;
        if (_snd.Unsent > 0 && TrySendProbeText(now))
        {
            _tailProbeEnd = _snd.Nxt;
        }
        else if (_sent.Count > 0)
        {
            _isTailProbeRepeat = true;
            int last = _sent.Count - 1;
            if (_sent[last].Length > _snd.Mss)
            {
                _sent.Split(last, _sent[last].End - _snd.Mss, _stack.RecordRings);
                last++;
            }
            Resend(last, _snd.Mss, now);
        }
        _rtoAt = Math.Max(_rtoAt, now + Rto);
        ArmRetransmission(now);
    }

    /// <summary>TLP_process_ack, RFC 8985 (7.4.2): a probe that was needed hid a loss from congestion control.</summary>
    private void CheckTailProbe(int acked, bool mayBeDuplicate, bool duplicateReported)
    {
        if (!_isTailProbeOut || _snd.Una < _tailProbeEnd)
            return;
        if (duplicateReported || !_isTailProbeRepeat)
        {
            _isTailProbeOut = false;
        }
        else if (acked > 0)
        {
            _isTailProbeOut = false;
            if (_phase == RecoveryPhase.Open)
            {
                _undo.Disarm();
                _congestion.OnLoss(Math.Max(acked, _snd.Flight), _snd.Mss);
            }
        }
        else if (mayBeDuplicate)
        {
            _isTailProbeOut = false; // the first copy had arrived
        }
    }
}
