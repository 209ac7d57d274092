using System;
using Penstock.Stack.Tcp.Recovery;
using Penstock.Stack.Time;

namespace Penstock.Stack.Tcp;

// One clock for the sending side, whatever it stands for at the moment, one for a delayed acknowledgment, one for
// keep-alive; a single node in the wheel is armed for the earliest. Pushing a clock back does not touch the wheel: the
// node comes due, finds nothing to do, and is armed for what has become of the clock.
public sealed partial class TcpConnection
{
    private readonly ConnectionTimer _timer;
    private Clock _clock;
    private long _clockAt = long.MaxValue;
    private long _rtoAt = long.MaxValue;
    private long _keepAliveAt = long.MaxValue;
    private long _lastHeard;
    private long _synAckAt;
    private byte _backoff;
    private byte _probes;
    private byte _keepAlivesUnanswered;

    // RFC 8985 (7.2) leaves the least probe time to the implementation; below this it would only be noise.
    private const int LeastProbeTimeout = 10_000;

    // RFC 8985 (7.2) WCDelAckT: how long a lone segment's acknowledgment may be held back.
    private const int WorstAckDelay = 200_000;

    private const int RetryAfter = 1_000;

    /// <summary>What the sending side's clock stands for.</summary>
    private enum Clock : byte
    {
        None,
        SynAck,
        Retransmission,
        TailProbe,
        Reorder,
        WindowProbe,
        Retry,
        TimeWait,
    }

    private sealed class ConnectionTimer(TcpConnection connection) : TimerNode
    {
        protected internal override void OnDue(long now) => connection.OnTimer(now);
    }

    private long Rto => _rtt.Rto(_stack.Options, _backoff);

    private void SetClock(Clock clock, long at)
    {
        _clock = clock;
        _clockAt = at;
        ArmTimer();
    }

    private void ArmTimer()
    {
        long earliest = Math.Min(_clockAt, Math.Min(_ackAt, _keepAliveAt));
        if (earliest == long.MaxValue)
            _stack.Wheel.Disarm(_timer);
        else if (earliest < _timer.Deadline)
            _stack.Wheel.Arm(_timer, earliest);
    }

    /// <summary>Chooses what the clock stands for, after anything that was sent or acknowledged.</summary>
    private void ArmRetransmission(long now)
    {
        if (IsGone)
            return;
        if (_sent.Count == 0)
            ArmWithNothingInFlight(now);
        else if (_reorderAt < _rtoAt)
            SetClock(Clock.Reorder, _reorderAt);
        else if (MayProbeTail && now + ProbeTimeout is long at && at < _rtoAt)
            SetClock(Clock.TailProbe, at);
        else
            SetClock(Clock.Retransmission, _rtoAt);
    }

    private void ArmWithNothingInFlight(long now)
    {
        _rtoAt = long.MaxValue;
        bool isHeldBack = _snd.Unsent > 0 || (_snd.FinQueued && !_snd.FinSent);
        if (!isHeldBack)
            SetClock(Clock.None, long.MaxValue);
        else if (_clock != Clock.WindowProbe)
            SetClock(Clock.WindowProbe, now + _rtt.Rto(_stack.Options, _probes));
    }

    private void ArmRetry(long now)
    {
        SetClock(Clock.Retry, now + RetryAfter);
    }

    // RFC 8985 (7.2): nothing being recovered, nothing reported missing, no probe out already.
    private bool MayProbeTail => _useSack && _phase is RecoveryPhase.Open or RecoveryPhase.Reduced
        && _sent.SackedBytes == 0 && !_isTailProbeOut && _rtt.HasSample;

    private long ProbeTimeout
    {
        get
        {
            long timeout = 2L * _rtt.Srtt;
            if (_snd.Flight <= _snd.Mss)
                timeout += WorstAckDelay;
            return Math.Max(timeout, LeastProbeTimeout);
        }
    }

    private void OnTimer(long now)
    {
        if (now >= _ackAt)
            OweAck();
        if (now >= _keepAliveAt)
            OnKeepAliveDue(now);
        if (now >= _clockAt)
            OnClock(now);
        if (Status != TcpState.Closed)
            ArmTimer();
    }

    private void OnClock(long now)
    {
        Clock clock = _clock;
        _clock = Clock.None;
        _clockAt = long.MaxValue;
        switch (clock)
        {
            case Clock.SynAck:
                OnSynAckTimeout();
                break;
            case Clock.Retransmission:
                OnRetransmissionTimeout(now);
                break;
            case Clock.TailProbe:
                OnTailProbeTimeout(now);
                break;
            case Clock.Reorder:
                OnReorderTimeout(now);
                break;
            case Clock.WindowProbe:
                OnWindowProbeTimeout(now);
                break;
            case Clock.Retry:
                WantFlush();
                break;
            case Clock.TimeWait:
                EndTimeWait();
                break;
        }
    }

    private void OnSynAckTimeout()
    {
        if (_backoff >= _stack.Options.SynAckRetries)
        {
            GiveUp();
            return;
        }
        _backoff++;
        _isSynAckDue = true;
        WantFlush();
    }

    /// <summary>RFC 9293 (3.8.6.1): a window update may have been lost; ask, ever more rarely, while the peer answers.</summary>
    private void OnWindowProbeTimeout(long now)
    {
        if (now - Math.Max(_lastHeard, _lastSentAt) >= _stack.Options.GiveUpAfter)
        {
            GiveUp();
            return;
        }
        if (_snd.Usable > 0)
        {
            _overridesSillyWindow = true; // RFC 9293 (3.8.6.2.1), last clause
            WantFlush();
            return;
        }
        _stack.Counters.WindowProbes++;
        if (_snd.Unsent == 0)
        {
            // A FIN that waits alone is its own probe: a peer whose user has stopped reading never opens the window.
            SendNew(0, fin: true, now);
            ArmRetransmission(now);
            return;
        }
        EmitProbe();
        if (_probes < 16)
            _probes++;
        SetClock(Clock.WindowProbe, now + _rtt.Rto(_stack.Options, _probes));
    }

    private void ArmKeepAlive(long now)
    {
        if (_stack.Options.KeepAliveAfter > 0)
            _keepAliveAt = now + _stack.Options.KeepAliveAfter;
        ArmTimer();
    }

    /// <summary>RFC 9293 (3.8.4).</summary>
    private void OnKeepAliveDue(long now)
    {
        TcpOptions options = _stack.Options;
        long silent = now - _lastHeard;
        if (silent < options.KeepAliveAfter)
        {
            _keepAliveAt = _lastHeard + options.KeepAliveAfter;
        }
        else if (_sent.Count > 0 || _snd.Unsent > 0)
        {
            _keepAliveAt = now + options.KeepAliveAfter; // retransmissions and probes ask already
        }
        else if (_keepAlivesUnanswered >= options.KeepAliveProbes)
        {
            GiveUp();
        }
        else
        {
            _keepAlivesUnanswered++;
            _stack.Counters.KeepAlives++;
            EmitProbe();
            _keepAliveAt = now + options.KeepAliveInterval;
        }
    }

    private bool HasWaitedTooLong(long now)
    {
        // A peer that goes on answering with a shut window lives, RFC 9293 (3.8.6.1).
        long since = _snd.Wnd == 0 ? Math.Max(_waitingSince, _lastHeard) : _waitingSince;
        return now - since >= _stack.Options.GiveUpAfter;
    }

    private void GiveUp()
    {
        _stack.Counters.TimedOut++;
        EmitReset();
        End(TcpEnd.TimedOut);
    }
}
