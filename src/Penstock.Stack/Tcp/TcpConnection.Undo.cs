using System;
using Penstock.Stack.Tcp.Congestion;
using Penstock.Stack.Tcp.Recovery;
using Penstock.Wire.Tcp;

namespace Penstock.Stack.Tcp;

// What was taken for lost and had only been late: the reduction is taken back, RFC 4015, RFC 3708. Radio links reorder and
// stand still for a moment; without this each time would cost the flow what a real loss costs.
public sealed partial class TcpConnection
{
    private UndoState _undo;

    /// <summary>
    /// Eifel, RFC 3522 (3.2): the first text that is acknowledged now was sent again, and the echo is older than that. Only
    /// the first counts: an acknowledgment of several segments echoes the earliest, RFC 7323 (4.3).
    /// </summary>
    private bool IsFirstCopyOfResent(in TcpSegment seg) =>
        _useTimestamps && seg.Options.HasTimestamps && _sent.Count > 0 && _sent[0].IsRetransmitted
        && (_useSack || _phase != RecoveryPhase.Loss) // without D-SACK a lost acknowledgment looks the same
        && _undo.IsFromBefore(seg.Options.TsEcr);

    /// <summary>RFC 8985 (6.2) step 2: what the acknowledgment takes off first was not the copy that was sent last, so it tells RACK nothing.</summary>
    private bool IsFirstCopy(in SentRecord record, in TcpSegment seg) =>
        record.IsRetransmitted && _useTimestamps && seg.Options.HasTimestamps
        && (int)(seg.Options.TsEcr - TsValAt(record.SentAt)) < 0;

    /// <summary>Takes a reduction back by what D-SACKs have told, or forgets it when none will come any more.</summary>
    private void CheckUndo(int acked)
    {
        if (_undo.IsForNothing)
            Undo(acked);
        else if (_undo.IsOver(_snd.Una))
            _undo.Disarm();
    }

    /// <summary>
    /// Takes the reduction back, RFC 4015 (3.2): what is in flight and an initial window at once, the rest by slow start,
    /// since after a timeout nothing may be under way any more.
    /// </summary>
    /// <param name="acked">Bytes that this acknowledgment has taken off.</param>
    private void Undo(int acked)
    {
        _undo.Disarm();
        _stack.Counters.SpuriousLosses++;
        int most = _snd.Flight + Math.Min(acked, CongestionWindow.InitialWindow(_stack.Options, _snd.Mss));
        _congestion.Restore(_undo.Cwnd, _undo.Ssthresh, most);
        if (_phase is not (RecoveryPhase.Recovery or RecoveryPhase.Loss))
            return;
        if (_phase == RecoveryPhase.Recovery)
            _rack.OnReordering();
        _sent.ForgetLost();
        _phase = RecoveryPhase.Open;
        _duplicateAcks = 0;
        _reorderAt = long.MaxValue;
    }
}
