using System;
using Penstock.Wire.Tcp;

namespace Penstock.Stack.Tcp;

// How much may be under way: the receive window towards the app, the send buffer towards the proxy. Both start small
// enough for a local flow, grow with what the flow moves in a round trip, and stop growing while memory is tight.
public sealed partial class TcpConnection
{
    private int _sendBuffer;
    private SeqNumber _sendRoundEnd;
    private SeqNumber _sendRoundStart;
    private long _sendRoundAt;
    private long _consumeRoundAt;
    private int _consumedInRound;

    private void BeginTuning(long now)
    {
        _sendBuffer = _stack.Options.InitialSendBuffer;
        _sendRoundStart = _sendRoundEnd = _snd.Una;
        _sendRoundAt = _consumeRoundAt = now;
        _rack.Start(_snd.Una);
    }

    /// <summary>The send buffer now.</summary>
    private int SendBound
    {
        get
        {
            TcpOptions options = _stack.Options;
            if (_stack.Budget.IsTight)
                return Math.Min(options.TightBuffer, options.InitialSendBuffer);
            // Before the handshake ends nothing has been measured.
            int tuned = Math.Max(_sendBuffer, options.InitialSendBuffer);
            return Math.Min(tuned, Math.Max(options.InitialSendBuffer, 2 * _congestion.Cwnd));
        }
    }

    /// <summary>Once a round trip: three times what the path holds, by rate and least round trip, so that a queue is not fed.</summary>
    private void TuneSendBuffer(long now)
    {
        if (_snd.Una < _sendRoundEnd)
            return;
        long elapsed = now - _sendRoundAt;
        long delivered = _snd.Una - _sendRoundStart;
        if (elapsed > 0 && _rtt.Min > 0)
        {
            long path = delivered * Math.Min(_rtt.Min, elapsed) / elapsed;
            int wanted = (int)Math.Min(3 * path, _stack.Options.MaxSendBuffer);
            if (wanted > _sendBuffer && !_stack.Budget.IsTight)
                _sendBuffer = wanted;
        }
        _sendRoundStart = _snd.Una;
        _sendRoundEnd = _snd.Nxt;
        _sendRoundAt = now;
    }

    private void OnConsumed(int bytes)
    {
        _rcv.Held -= bytes;
        if (_isTextRefused)
            OfferLater();
        if (Status.IsReceiveClosed())
            return; // nobody is waiting for the window
        TuneReceiveBuffer(bytes, _stack.Now);
        int opened = _rcv.Nxt + FreeWindow() - _rcv.Adv;
        int step = Math.Min(_rcv.Buffer / 2, Math.Max(2 * _snd.Mss, _rcv.Buffer / 4));
        bool isShut = _rcv.Wnd < _snd.Mss;
        // RFC 9293 (3.8.6.2.2): the window moves in steps worth a segment; the update rides on the next Flush.
        if (isShut && opened >= Math.Min(_rcv.Buffer / 2, _snd.Mss))
            OweAck();
        else if (opened >= step)
            OweAckOfBatch();
    }

    /// <summary>
    /// Once a round trip: a host that used up half a window in it is given twice of that. The least round trip counts,
    /// as for the send buffer: text that waits in the device's queue is cold when it is read, so a queue is not fed.
    /// </summary>
    private void TuneReceiveBuffer(int bytes, long now)
    {
        _consumedInRound = (int)Math.Min((long)_consumedInRound + bytes, int.MaxValue);
        long roundTrip = Math.Max(_rtt.Min, 100);
        long elapsed = now - _consumeRoundAt;
        if (elapsed < roundTrip)
            return;
        long aRoundTrip = _consumedInRound * roundTrip / elapsed;
        int bound = _useScaling ? _stack.Options.MaxReceiveWindow : ushort.MaxValue;
        int wanted = (int)Math.Min(2 * aRoundTrip, bound);
        if (wanted > _rcv.Buffer && !_stack.Budget.IsTight)
            _rcv.Buffer = wanted;
        _consumedInRound = 0;
        _consumeRoundAt = now;
    }

    private int FreeWindow()
    {
        int buffer = _stack.Budget.IsTight ? Math.Min(_rcv.Buffer, _stack.Options.TightBuffer) : _rcv.Buffer;
        return Math.Max(0, buffer - _rcv.Held);
    }

    /// <summary>RCV.WND to advertise, in bytes: never less than was shown before.</summary>
    private int WindowToOffer()
    {
        int shown = _rcv.Wnd;
        int free = FreeWindow();
        int least = Math.Min(_rcv.Buffer / 2, _snd.Mss);
        return free - shown >= least ? free : shown;
    }

    /// <summary>The window field, and what it promises.</summary>
    private ushort AdvertiseWindow()
    {
        // Rounded down: the peer may see the edge step back by less than a unit, RFC 7323 (2.4), and what it sends up
        // to the old edge is taken all the same. Rounding up would add to the window with every small segment.
        int field = Math.Min(WindowToOffer() >> _rcv.Shift, ushort.MaxValue);
        _rcv.Adv = SeqNumber.Max(_rcv.Adv, _rcv.Nxt + (field << _rcv.Shift));
        return (ushort)field;
    }
}
