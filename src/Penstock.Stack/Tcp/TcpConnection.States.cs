namespace Penstock.Stack.Tcp;

// Transitions and the end. TcpState draws the arrows.
public sealed partial class TcpConnection
{
    private void Become(TcpState next)
    {
        Status = next;
        if (next == TcpState.TimeWait)
            EnterTimeWait();
    }

    /// <summary>The peer has acknowledged our FIN.</summary>
    private void OnFinAcked()
    {
        switch (Status)
        {
            case TcpState.FinWait1:
                Become(TcpState.FinWait2);
                break;
            case TcpState.Closing:
                Become(TcpState.TimeWait);
                break;
            case TcpState.LastAck:
                End(TcpEnd.Closed);
                break;
        }
    }

    /// <summary>The peer's FIN is in order, RFC 9293 (3.10.7.4), eighth.</summary>
    private void OnFinArrived()
    {
        switch (Status)
        {
            case TcpState.Established:
                Become(TcpState.CloseWait);
                break;
            case TcpState.FinWait1:
                Become(TcpState.Closing);
                break;
            case TcpState.FinWait2:
                Become(TcpState.TimeWait);
                break;
        }
    }

    // The host is told now: what is left of the connection only answers late segments.
    private void EnterTimeWait()
    {
        ReleaseAll();
        SetClock(Clock.TimeWait, _stack.Now + _stack.Options.TimeWait);
        _stack.OnTimeWaitEntered();
        _stack.Host.OnEnd(this, TcpEnd.Closed);
        State = null;
    }

    /// <summary>Forgets the connection.</summary>
    /// <param name="reason">What the host is told; null when the host itself ended it.</param>
    private void End(TcpEnd? reason)
    {
        bool wasTimeWait = Status == TcpState.TimeWait;
        Status = TcpState.Closed;
        ReleaseAll();
        _stack.Forget(this, wasTimeWait);
        if (reason is { } why && !wasTimeWait)
            _stack.Host.OnEnd(this, why);
    }

    internal void EndTimeWait() => End(null);

    private void ReleaseAll()
    {
        _stack.Wheel.Disarm(_timer);
        _clock = Clock.None;
        _clockAt = _ackAt = _keepAliveAt = long.MaxValue;
        _queue.Clear(_stack.QueueRings);
        _sent.Clear(_stack.RecordRings);
        ReleaseReassembly();
        _ackOwed = Status == TcpState.TimeWait && _ackOwed;
    }

    private bool IsGone => Status is TcpState.Closed or TcpState.TimeWait;
}
