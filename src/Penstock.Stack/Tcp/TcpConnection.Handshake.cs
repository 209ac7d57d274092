using System;
using Penstock.Wire.Tcp;

namespace Penstock.Stack.Tcp;

// The opening: SYN -> Opening -> Accept -> SYN-ACK -> ACK -> Established.
public sealed partial class TcpConnection
{
    private bool _useTimestamps;
    private bool _useSack;
    private bool _useEcn;
    private bool _isSynAckDue;
    private uint _timestampOffset;
    private byte _peerShift; // as the SYN gave it; in force from the handshake's end
    private bool _useScaling;
    private ushort _peerMss;

    // RFC 9293 (3.7.1): what a peer takes that does not say.
    private const int DefaultMssV4 = 536;
    private const int DefaultMssV6 = 1220;

    // A smaller segment would cost more in headers than any honest link asks for.
    private const int SmallestMss = 64;

    // RFC 7323 (2.3).
    private const int LargestShift = 14;

    /// <summary>Takes what a SYN says; the host decides what to answer.</summary>
    internal void OnSyn(in TcpSegment seg)
    {
        TcpOptions options = _stack.Options;
        Status = TcpState.Opening;
        _snd.Iss = _snd.Una = _snd.Nxt = _stack.NewIss(_flow, out _timestampOffset);
        _snd.End = _snd.Iss + 1;
        _rcv.Irs = seg.Seq;
        _rcv.Nxt = _rcv.Adv = _rcv.LastAckSent = seg.Seq + 1;

        _peerMss = seg.Options.Mss;
        _useTimestamps = options.Timestamps && seg.Options.HasTimestamps;
        _useSack = options.Sack && seg.Options.SackPermitted;
        _useScaling = options.WindowScaling && seg.Options.WindowScale >= 0;
        _peerShift = _useScaling ? (byte)Math.Min(seg.Options.WindowScale, LargestShift) : (byte)0;
        // RFC 3168 (6.1.1): a SYN with both bits asks for ECN.
        _useEcn = options.Ecn && seg.Has(TcpFlags.Ece | TcpFlags.Cwr);
        if (_useTimestamps)
            RememberTimestamp(seg);

        _rcv.Shift = _useScaling ? ShiftFor(options.MaxReceiveWindow) : (byte)0;
        _rcv.Buffer = Math.Min(options.InitialReceiveWindow, _useScaling ? options.MaxReceiveWindow : ushort.MaxValue);
        SetWindow(seg, seg.Window); // never scaled in a SYN, RFC 7323 (2.2)
        UpdateMss();
    }

    private void BeginHandshake()
    {
        Become(TcpState.SynReceived);
        _isSynAckDue = true;
        WantFlush();
    }

    /// <summary>Sends SYN-ACK, the first time or again.</summary>
    private void EmitSynAck(long now)
    {
        _isSynAckDue = false;
        bool isFirst = _snd.Nxt == _snd.Iss;
        _snd.Nxt = _snd.Iss + 1;
        int window = Math.Min(ushort.MaxValue, WindowToOffer());
        _rcv.Adv = SeqNumber.Max(_rcv.Adv, _rcv.Nxt + window);
        TcpSegment seg = Header(TcpFlags.Syn | TcpFlags.Ack | (_useEcn ? TcpFlags.Ece : 0), _snd.Iss);
        seg.Window = (ushort)window;
        seg.Options.Mss = (ushort)_stack.OwnMss(_flow.Source.Address.IsV6);
        seg.Options.WindowScale = _useScaling ? _rcv.Shift : -1;
        seg.Options.SackPermitted = _useSack;
        _stack.Write(_flow, ref seg, default, 0, 0, 0);
        if (isFirst)
            _synAckAt = now;
        else
            _stack.Counters.Retransmissions++;
        SetClock(Clock.SynAck, now + _rtt.Rto(_stack.Options, _backoff));
    }

    /// <summary>The ACK of our SYN is here.</summary>
    private void CompleteHandshake(in TcpSegment seg, long now)
    {
        _snd.Una = _snd.Iss + 1;
        _snd.Shift = _peerShift;
        SetWindow(seg, seg.Window << _snd.Shift);
        SetClock(Clock.None, long.MaxValue);
        if (_backoff == 0)
            _rtt.Sample(now - _synAckAt, now);
        else
            _rtt = default; // RFC 6298 (5.7): a retransmitted SYN says nothing, the initial RTO stays
        _backoff = 0;
        _congestion.Start(_stack.Options, _snd.Mss, _snd.Una);
        BeginTuning(now);
        _lastHeard = now;
        ArmKeepAlive(now);
        Become(_snd.FinQueued ? TcpState.FinWait1 : TcpState.Established);
        _stack.Counters.Established++;
        if (_snd.Unsent > 0 || _snd.FinQueued)
            WantFlush();
        _stack.Host.OnEstablished(this);
    }

    /// <summary>The text of a full segment: what both the peer and the device take, RFC 9293 (3.7.1), RFC 6691.</summary>
    private void UpdateMss()
    {
        bool v6 = _flow.Source.Address.IsV6;
        int peer = _peerMss != 0 ? _peerMss : v6 ? DefaultMssV6 : DefaultMssV4;
        int options = _useTimestamps ? TimestampsLength : 0;
        _snd.Mss = Math.Max(SmallestMss, Math.Min(peer, _stack.OwnMss(v6)) - options);
    }

    /// <summary>TIME-WAIT gives way to a SYN that cannot be an old one, RFC 9293 (3.10.7.4), RFC 6191 (2).</summary>
    internal bool IsReusedBy(in TcpSegment seg)
    {
        if (!seg.Has(TcpFlags.Syn) || seg.Has(TcpFlags.Ack) || seg.Has(TcpFlags.Rst))
            return false;
        if (_useTimestamps && seg.Options.HasTimestamps && seg.Options.TsVal != _rcv.TsRecent)
            return (int)(seg.Options.TsVal - _rcv.TsRecent) > 0;
        return seg.Seq > _rcv.Nxt;
    }

    private void ShrinkSegments(int mtu)
    {
        bool v6 = _flow.Source.Address.IsV6;
        // Below these no honest link lies: RFC 8200 (5), and what RFC 791 makes every host take.
        int mss = Math.Max(mtu, v6 ? 1280 : 576) - (v6 ? 60 : 40) - (_useTimestamps ? TimestampsLength : 0);
        bool shrinks = mss < _snd.Mss;
        if (shrinks)
            _snd.Mss = mss;
        for (int i = 0; i < _sent.Count; i++)
        {
            // Where the segments are small enough, the router does not cut BIG TCP packets: their headers are longer.
            if (!_sent[i].IsSacked && !_sent[i].IsLost && (shrinks || _sent[i].IsBig))
                Lose(i); // a loss of size, not of congestion: the window stays
        }
        WantFlush();
    }

    private static byte ShiftFor(int window)
    {
        byte shift = 0;
        while (shift < LargestShift && window >> shift > ushort.MaxValue)
            shift++;
        return shift;
    }
}
