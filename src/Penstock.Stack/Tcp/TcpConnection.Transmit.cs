using System;
using Penstock.Stack.Tcp.Recovery;
using Penstock.Wire.Tcp;

namespace Penstock.Stack.Tcp;

// What leaves at Flush, in this order:
//   SYN-ACK -> what is lost, oldest first -> new text, FIN on its last segment -> a bare ACK if nothing carried one
// Each text packet is as large as the device, the windows and the pieces allow.
public sealed partial class TcpConnection
{
    private const int MostPieces = TcpStack.MostPieces;
    private long _lastSentAt;
    private bool _overridesSillyWindow;
    private bool _takesBig;

    /// <summary>Sends what is owed.</summary>
    internal void OnFlush(long now, bool moreToCome)
    {
        if (Status == TcpState.Closed)
            return;
        if (_isSynAckDue)
            EmitSynAck(now);
        if (_isOfferDue)
            OfferAgain();
        if (Status.CanTransmit())
            Transmit(now);
        if (_ackOwed && !HoldAck(moreToCome))
            EmitAck();
    }

    private void Transmit(long now)
    {
        if (_sent.Count == 0 && now - _lastSentAt > Rto)
            OnSendIdle();
        bool room = true;
        for (int i = _sent.NextLost(0); i >= 0 && room; i = _sent.NextLost(i))
            room = TryResendLost(i, now);
        while (room && TrySendNew(now))
        {
        }
        if (_sent.Count > 0)
            _congestion.OnSent(_snd, Pipe);
        if (_clock != Clock.Retry)
            ArmRetransmission(now);
    }

    /// <summary>Sends a lost record again, or as much of it as the congestion window takes.</summary>
    private bool TryResendLost(int index, long now)
    {
        int length = _sent[index].Length;
        int pipe = Pipe;
        int quota = _congestion.Cwnd - pipe;
        // RFC 6675 (5), step 4.3: the first leaves at once, though the window is smaller now than what is in flight.
        bool isFirst = _phase == RecoveryPhase.Recovery && !_undo.HasResent;
        if (quota < Math.Min(length, _snd.Mss) && pipe > 0 && !isFirst)
            return false;
        // A window that has shrunk does not get the rest; the first segment goes on asking, RFC 9293 (3.8.6.1).
        if (index > 0 && _sent[index].End - _snd.Una > _snd.Wnd)
            return false;
        if (quota < length)
            length = Math.Max(_snd.Mss, quota / _snd.Mss * _snd.Mss);
        return Resend(index, length, now);
    }

    /// <summary>Sends up to <paramref name="most"/> bytes of a record again; the rest becomes a record of its own.</summary>
    private bool Resend(int index, int most, long now)
    {
        SeqNumber start = _sent[index].Start;
        SeqNumber end = _sent[index].End;
        bool fin = end > _snd.End;
        int length = Math.Min(fin ? _snd.End - start : end - start, Math.Min(most, MostText(isNew: false)));
        int sent = EmitText(start, length, fin && length == _snd.End - start, isNew: false);
        if (sent < 0)
        {
            ArmRetry(now);
            return false;
        }
        SeqNumber sentEnd = start + sent;
        if (fin && sentEnd == _snd.End)
            sentEnd = end;
        if (sentEnd < end)
            _sent.Split(index, sentEnd, _stack.RecordRings);
        _sent.MarkSentAgain(index, now);
        if (_phase is RecoveryPhase.Recovery or RecoveryPhase.Loss)
            _undo.OnResent(start, sentEnd, TsValAt(now));
        _stack.Counters.Retransmissions++;
        _stack.Counters.TextRetransmitted += sent;
        _lastSentAt = now;
        if (index == 0)
            _rtoAt = now + Rto;
        return true;
    }

    private bool TrySendNew(long now)
    {
        bool finWaits = _snd.FinQueued && !_snd.FinSent;
        int unsent = _snd.Unsent;
        if ((unsent == 0 && !finWaits) || _sent.Count >= MostRecords)
            return false;
        int length = LengthToSend(unsent);
        if (length == 0 && (unsent > 0 || _snd.Usable <= 0))
            return false;
        return SendNew(length, finWaits && length == unsent && _snd.Usable > length, now);
    }

    /// <summary>Bytes that may leave now: RFC 9293 (3.8.6.2.1) for the peer's window, whole segments for ours.</summary>
    private int LengthToSend(int unsent)
    {
        int allowed = Math.Min(unsent, _snd.Usable);
        if (allowed <= 0)
            return 0;
        if (allowed < unsent && allowed < _snd.Mss && allowed < _snd.MaxWnd / 2 && !_overridesSillyWindow)
            return 0;
        int pipe = Pipe;
        int length = Math.Min(allowed, _congestion.Cwnd - pipe);
        if (length < Math.Min(allowed, _snd.Mss))
            return pipe == 0 ? Math.Min(allowed, SegmentText) : 0;
        length = Math.Min(length, MostText(isNew: true));
        return length < unsent && length > _snd.Mss ? length / _snd.Mss * _snd.Mss : length;
    }

    private bool SendNew(int length, bool fin, long now)
    {
        SeqNumber start = _snd.Nxt;
        int sent = EmitText(start, length, fin, isNew: true);
        if (sent < 0)
        {
            ArmRetry(now);
            return false;
        }
        SeqNumber end = start + sent + (fin && sent == length ? 1 : 0);
        if (_sent.Count == 0)
        {
            _waitingSince = now;
            _rtoAt = now + Rto;
        }
        _sent.Append(start, end, now, _stack.RecordRings);
        _snd.Nxt = end;
        _lastSentAt = now;
        _overridesSillyWindow = false;
        return true;
    }

    /// <summary>One segment of new text for a tail probe, whatever the congestion window says.</summary>
    private bool TrySendProbeText(long now)
    {
        int length = Math.Min(SegmentText, Math.Min(_snd.Unsent, _snd.Usable));
        return length > 0 && SendNew(length, false, now);
    }

    /// <summary>
    /// The most text of one packet: a super-packet of whole segments where the device cuts, else one segment. What is sent
    /// again is never BIG TCP, nor is anything once such a packet was lost, so that a path which does not carry them holds a
    /// flow up once and no more.
    /// </summary>
    private int MostText(bool isNew)
    {
        int mss = SegmentText;
        int room = _stack.MostText(_flow.Source.Address, maybeBig: isNew && _takesBig);
        return Math.Max(mss, room / mss * mss);
    }

    /// <summary>Text of a segment now: SACK blocks that ride along take their room from it.</summary>
    private int SegmentText
    {
        get
        {
            int blocks = SackBlocksDue;
            return blocks == 0 ? _snd.Mss : Math.Max(SmallestMss / 2, _snd.Mss - 4 - 8 * blocks);
        }
    }

    private void OnSendIdle()
    {
        _undo.Disarm();
        _congestion.OnIdle(_stack.Options, _snd.Mss);
    }
}
