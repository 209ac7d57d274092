using System;
using Penstock.Simulation.Plans;

namespace Penstock.Simulation.Peer;

public sealed partial class ModelPeer
{
    private readonly RangeSet _sacked = new();
    private int _mss;
    private long _una;
    private long _nxt;
    private long _max;
    private long _edge;
    private long _windowSeq;
    private long _windowAck;
    private long _congestion = 4096;
    private int _duplicates;
    private long _resent;
    private bool _finSent;
    private int _rto = 500_000;
    private long _deadline = long.MaxValue;
    private bool _isTimerSet;

    /// <summary>One past the last position sent.</summary>
    public long SentEnd => _max;

    private long TextEnd => 1 + Upload.Length;

    private long FinPosition => TextEnd;

    private bool MayClose => Plan.ClosesEarly || _finAt >= 0 || _received > Download.Length;

    private bool TakeAcknowledgment(ModelPacket packet)
    {
        if (!packet.Has(Bits.Ack))
            return false;
        long acked = SentPosition(packet.Ack);
        if (acked > _max)
        {
            SendAck();
            return false;
        }
        long seq = ReceivedPosition(packet.Seq);
        long edge = acked + ((long)packet.Window << _theirScale);
        if (acked >= _una && (seq > _windowSeq || (seq == _windowSeq && acked >= _windowAck)))
        {
            (_windowSeq, _windowAck) = (seq, acked);
            if (edge > _edge && _una == acked)
                _duplicates = 0;
            _edge = edge;
        }
        if (_usesSack)
        {
            foreach ((uint left, uint right) in packet.Sack)
            {
                long from = SentPosition(left);
                long to = SentPosition(right);
                if (from >= acked && to <= _max && from < to)
                    _sacked.Add(from, to);
            }
        }
        if (acked > _una)
            Advance(acked);
        else if (acked == _una && packet.Length == 0 && _una < _max)
            CountDuplicate();
        return true;
    }

    private void Advance(long acked)
    {
        _congestion = Math.Min(Plan.InFlight, _congestion + (acked - _una));
        _una = acked;
        _nxt = Math.Max(_nxt, _una);
        _sacked.RemoveBefore(_una);
        _duplicates = 0;
        _rto = Math.Max(300_000, Math.Min(_rto, 1_000_000));
        SetDeadline();
        if (Plan.Ending == FlowEnding.AppAborts && _una - 1 > Plan.AbortAfter)
            Abort();
    }

    private void CountDuplicate()
    {
        if (++_duplicates < 3)
            return;
        if (_duplicates == 3)
        {
            _congestion = Math.Max(2 * _mss, _congestion / 2);
            _resent = _una;
        }
        _resent = _usesSack ? _sacked.FirstGap(Math.Max(_resent, _una)) : _una;
        bool isHole = _duplicates == 3 || (_usesSack && !_sacked.IsEmpty && _resent < _sacked.Ranges[^1].From);
        if (isHole)
            _resent = SendAt(_resent, Math.Min(_max, _resent + _mss));
    }

    /// <summary>Sends what windows allow.</summary>
    private void Pump()
    {
        if (!_isOpen || End != PeerEnd.None)
            return;
        long limit = Math.Min(_edge, _una + Math.Max(_mss, Math.Min(_congestion, Plan.InFlight)));
        while (_nxt < TextEnd)
        {
            _nxt = Math.Min(_sacked.FirstGap(_nxt), TextEnd);
            long end = Math.Min(Math.Min(limit, TextEnd), _nxt + Math.Max(_mss, Plan.SuperPacket / _mss * _mss));
            foreach ((long from, _) in _sacked.Ranges)
            {
                if (from > _nxt)
                    end = Math.Min(end, from);
            }
            bool isSliver = end - _nxt < _mss && end < TextEnd && _una < _nxt && Plan.Game != WindowGame.Silly;
            if (end <= _nxt || isSliver)
                break;
            _nxt = SendAt(_nxt, end);
        }
        if (_nxt == TextEnd && MayClose && _nxt < limit)
        {
            SendFin();
            _nxt = FinPosition + 1;
        }
        // What acknowledges nothing new does not put the timer off, RFC 6298 (5.3): an attacker provokes such answers without end.
        if (!IsWaiting || _deadline == long.MaxValue)
            SetDeadline();
    }

    private long SendAt(long from, long to)
    {
        if (from >= TextEnd)
        {
            if (_finSent)
                SendFin();
            return from + 1;
        }
        to = Math.Min(to, TextEnd);
        ModelPacket segment = Bare(Bits.Ack);
        segment.Seq = Plan.Iss + (uint)from;
        segment.Text = new byte[(int)(to - from)];
        segment.SegmentSize = segment.Text.Length > _mss ? _mss : 0;
        Upload.Fill(from - 1, segment.Text);
        if (to == TextEnd || _dice.Chance(0.2))
            segment.Bits |= Bits.Psh;
        if (to == TextEnd && MayClose && _dice.Chance(0.3) && segment.SegmentSize == 0 && _nxt == from && to < _edge)
        {
            segment.Bits |= Bits.Fin;
            _finSent = true;
            to++;
        }
        _max = Math.Max(_max, to);
        Acknowledged();
        Send(segment);
        return to;
    }

    private void SendFin()
    {
        ModelPacket fin = Bare(Bits.Fin | Bits.Ack);
        fin.Seq = Plan.Iss + (uint)FinPosition;
        _finSent = true;
        _max = Math.Max(_max, FinPosition + 1);
        Acknowledged();
        Send(fin);
    }

    private bool IsWaiting => _una < _max || (_nxt >= _edge && _nxt < TextEnd) || (_nxt == TextEnd && MayClose && !_finSent);

    private void SetDeadline()
    {
        _deadline = IsWaiting ? _world.Events.Now + _rto : long.MaxValue;
        if (IsWaiting && !_isTimerSet)
        {
            _isTimerSet = true;
            _world.Events.After(_rto, OnTimer);
        }
    }

    private void OnTimer()
    {
        _isTimerSet = false;
        if (End != PeerEnd.None || _deadline == long.MaxValue)
            return;
        if (_world.Events.Now < _deadline)
        {
            _isTimerSet = true;
            _world.Events.After(_deadline - _world.Events.Now, OnTimer);
            return;
        }
        _rto = Math.Min(_rto * 2, MaxRto);
        _congestion = _mss;
        _duplicates = 0;
        // One segment, or a byte beyond a closed window: RFC 9293 (3.8.6.1)
        long end = Math.Max(_una + 1, Math.Min(_una + _mss, Math.Max(_edge, _una + 1)));
        if (_una == TextEnd && MayClose)
            SendFin();
        else
            SendAt(_una, end);
        _nxt = Math.Max(_una, Math.Min(_nxt, end));
        SetDeadline();
    }

    private ModelPacket Bare(Bits bits)
    {
        ModelPacket packet = new()
        {
            Bits = bits,
            Seq = Plan.Iss + (uint)Math.Max(_nxt, _max),
            Ack = _irs + (uint)_received,
            Window = Window(),
            Timestamps = _usesTimestamps ? (Stamp(), _recentStamp) : null,
        };
        return packet;
    }
}
