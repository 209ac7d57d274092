using System;
using System.Collections.Generic;
using Penstock.Simulation.Plans;

namespace Penstock.Simulation.Peer;

public sealed partial class ModelPeer
{
    private readonly RangeSet _early = new();
    private (long From, long To)? _lastEarly;
    private (long From, long To)? _duplicate;
    private long _received;
    private long _finAt = -1;
    private long _taken;
    private long _announced;
    private int _bufferNow;
    private int _gameRounds;
    private int _unacknowledged;
    private long _acknowledged;

    /// <summary>Bytes of text received in order, and right.</summary>
    public long ReceivedText => Math.Max(0, Math.Min(_received, 1 + Download.Length) - 1);

    /// <summary>The stack's FIN is here, with all text before it.</summary>
    public bool HasFin => _finAt >= 0 && _received > _finAt;

    /// <summary>The furthest position that the stack was ever allowed to send up to.</summary>
    public long AnnouncedEdge => _announced;

    private long RightEdge => Math.Min(_received, 1 + Download.Length) + Math.Max(0, _bufferNow - (ReceivedText - _taken));

    private void TakeText(ModelPacket packet)
    {
        if (packet.Timestamps is { } stamps && ReceivedPosition(packet.Seq) <= _acknowledged && (int)(stamps.Value - _recentStamp) > 0)
            _recentStamp = stamps.Value;
        if (packet.Length == 0)
        {
            // A keep-alive probe, or anything else before the window, is answered: RFC 9293 (3.10.7.4)
            if (ReceivedPosition(packet.Seq) < _received)
                SendAck();
            return;
        }
        long from = ReceivedPosition(packet.Seq);
        long to = from + packet.Text.Length;
        int wrong = Download.Mismatch(from - 1, packet.Text);
        if (wrong >= 0)
        {
            _world.Fail($"flow {Number}: byte {from - 1 + wrong} of the download is not what the uplink sent");
            return;
        }
        if (packet.Has(Bits.Fin))
            _finAt = to;
        if (from >= Math.Max(_announced, _received + 1))
        {
            SendAck(); // a probe beyond a closed window
            return;
        }
        long end = packet.Has(Bits.Fin) ? to + 1 : to;
        bool isInOrder = from <= _received && end > _received;
        if (!isInOrder || !_early.IsEmpty)
            NoteOutOfOrder(from, end);
        if (end <= _received)
        {
            SendAck();
            return;
        }
        _early.Add(Math.Max(from, _received), end);
        _received = _early.FirstGap(_received);
        _early.RemoveBefore(_received);
        if (Plan.Game is WindowGame.None or WindowGame.Shrinking)
            _taken = ReceivedText;

        _unacknowledged++;
        bool atOnce = !isInOrder || !_early.IsEmpty || HasFin || Plan.AckDelay == 0 || _unacknowledged >= 2;
        if (atOnce)
            SendAck();
        else if (_unacknowledged == 1)
            _world.Events.After(Plan.AckDelay, DelayedAck);
    }

    private void NoteOutOfOrder(long from, long to)
    {
        _duplicate = Plan.DuplicateSack && (to <= _received || _early.Contains(from, to)) ? (from, to) : null;
        _lastEarly = from > _received ? (from, to) : _lastEarly;
    }

    private void DelayedAck()
    {
        if (_unacknowledged > 0 && End == PeerEnd.None)
            SendAck();
    }

    private void SendAck()
    {
        ModelPacket ack = Bare(Bits.Ack);
        if (_usesSack)
            AddSack(ack);
        Acknowledged();
        Send(ack);
    }

    private void Acknowledged()
    {
        _unacknowledged = 0;
        _acknowledged = _received;
        _duplicate = null;
    }

    private void AddSack(ModelPacket ack)
    {
        int room = _usesTimestamps ? 3 : 4;
        List<(long From, long To)> blocks = [];
        if (_duplicate is { } duplicate)
            blocks.Add(duplicate);
        if (_lastEarly is { } last)
        {
            foreach ((long From, long To) range in _early.Ranges)
            {
                if (range.From <= last.From && last.From < range.To)
                    blocks.Add(range);
            }
        }
        foreach ((long From, long To) range in _early.Ranges)
        {
            if (!blocks.Contains(range))
                blocks.Add(range);
        }
        foreach ((long from, long to) in blocks.GetRange(0, Math.Min(room, blocks.Count)))
            ack.Sack.Add((_irs + (uint)from, _irs + (uint)to));
    }

    /// <summary>The window field; what it says is remembered as announced.</summary>
    private ushort Window()
    {
        int scale = _usesScale ? Plan.WindowScale : 0;
        long edge = RightEdge;
        bool isWorthIt = Plan.Game is WindowGame.Silly or WindowGame.Shrinking
            || edge - _announced >= Math.Min(_mss, Plan.ReceiveBuffer / 2) || _announced <= _received;
        if (edge > _announced && !isWorthIt)
            edge = _announced;
        if (edge < _announced && Plan.Game != WindowGame.Shrinking)
            edge = _announced;
        long field = Math.Clamp((edge - _received) >> scale, 0, 65535);
        _announced = Math.Max(_announced, _received + (field << scale));
        _world.Police.OnWindow(this, _received + (field << scale));
        return (ushort)field;
    }

    private void StartGame()
    {
        _bufferNow = Plan.ReceiveBuffer;
        _gameRounds = 0;
        if (Plan.Game != WindowGame.None)
            _world.Events.After(GamePause(), PlayGame);
    }

    private long GamePause() => Plan.Game switch
    {
        WindowGame.ZeroForAWhile => _dice.Magnitude(10_000, 3_000_000),
        WindowGame.Shrinking => _dice.Magnitude(1000, 300_000),
        _ => _dice.Magnitude(100, 5_000),
    };

    private void PlayGame()
    {
        if (End != PeerEnd.None)
            return;
        _gameRounds++;
        long before = RightEdge;
        switch (Plan.Game)
        {
            case WindowGame.Slow or WindowGame.Silly:
                _taken = Math.Min(ReceivedText, _taken + 1 + Download.Length / (Plan.Game == WindowGame.Slow ? 60 : 300));
                break;
            case WindowGame.ZeroForAWhile:
                _taken = ReceivedText;
                break;
            case WindowGame.Shrinking:
                _bufferNow = _gameRounds > 20 ? Plan.ReceiveBuffer : _dice.Between(0, Plan.ReceiveBuffer);
                break;
        }
        long opened = RightEdge - Math.Max(before, _announced);
        bool wasClosed = _announced - _received < 2 * _mss;
        if (Plan.Game == WindowGame.Shrinking || (Plan.Game == WindowGame.Silly && opened > 0) || (opened > 0 && wasClosed))
            SendAck();
        if (ReceivedText < Download.Length || _taken < ReceivedText || _bufferNow < Plan.ReceiveBuffer)
            _world.Events.After(GamePause(), PlayGame);
    }
}
