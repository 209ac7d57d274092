using System;
using Penstock.Wire.Tcp;

namespace Penstock.Stack.Tcp.Recovery;

/// <summary>RACK's variables, RFC 8985 (5.2): what was delivered, judged by when it was sent.</summary>
internal struct RackState
{
    private const int DupThresh = 3;
    private const int PersistRecoveries = 16; // (6.2) step 4: how long a wider window outlives the last D-SACK

    private long _xmitTs;
    private SeqNumber _endSeq;
    private SeqNumber _fack;
    private SeqNumber _dsackRound;
    private int _reoWndMult;
    private int _reoWndPersist;
    private bool _isDsackRound;
    private bool _reorderingSeen;

    /// <summary>RACK.rtt: of the most recently sent segment among those delivered.</summary>
    internal int Rtt { get; private set; }

    internal void Start(SeqNumber una)
    {
        this = default;
        _fack = _endSeq = una;
        _reoWndMult = 1;
    }

    /// <summary>A record, or the part up to <paramref name="end"/>, was delivered: (6.2) steps 1 to 3.</summary>
    internal void OnDelivered(in SentRecord record, SeqNumber end, int minRtt, long now)
    {
        int rtt = (int)Math.Min(now - record.SentAt, int.MaxValue);
        if (end > _fack)
            _fack = end;
        else if (end < _fack && !record.IsRetransmitted)
            _reorderingSeen = true;
        if (record.IsRetransmitted && rtt < minRtt)
            return; // too soon: it was the first copy that arrived
        if (IsSentAfter(record.SentAt, end, _xmitTs, _endSeq))
        {
            _xmitTs = record.SentAt;
            _endSeq = end;
            Rtt = rtt;
        }
    }

    /// <summary>What had been sent again arrived as it was sent first.</summary>
    internal void OnReordering() => _reorderingSeen = true;

    /// <summary>A D-SACK says that something was sent again for nothing: wait longer, once a round.</summary>
    internal void OnDuplicateReported(SeqNumber una, SeqNumber nxt)
    {
        if (_isDsackRound && una < _dsackRound)
            return;
        _isDsackRound = true;
        _dsackRound = nxt;
        _reoWndMult = Math.Min(_reoWndMult + 1, 32);
        _reoWndPersist = PersistRecoveries;
    }

    /// <summary>A recovery is over: the wider window wears off.</summary>
    internal void OnRecovered()
    {
        if (_reoWndPersist > 0 && --_reoWndPersist == 0)
            _reoWndMult = 1;
    }

    /// <summary>How long a segment may be late for reordering, (6.2) step 4.</summary>
    internal readonly int ReorderingWindow(bool isRecovering, int sackedBytes, int mss, in RttEstimator rtt)
    {
        if (!_reorderingSeen && (isRecovering || sackedBytes >= DupThresh * mss))
            return 0;
        return (int)Math.Min((long)_reoWndMult * rtt.Min / 4, rtt.Srtt);
    }

    /// <summary>True when something sent after the record has been delivered, (6.2) step 5.</summary>
    internal readonly bool IsOvertaken(in SentRecord record) => IsSentAfter(_xmitTs, _endSeq, record.SentAt, record.End);

    private static bool IsSentAfter(long t1, SeqNumber end1, long t2, SeqNumber end2) =>
        t1 > t2 || (t1 == t2 && end1 > end2);
}
