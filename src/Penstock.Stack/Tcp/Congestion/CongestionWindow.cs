using System;
using Penstock.Wire.Tcp;

namespace Penstock.Stack.Tcp.Congestion;

/// <summary>cwnd and ssthresh, and what moves them; bytes.</summary>
/// <remarks>Slow start and the answer to a timeout are common; congestion avoidance and the reduction are the algorithm's.</remarks>
internal struct CongestionWindow
{
    internal int Cwnd;
    internal int Ssthresh;
    internal CongestionAlgorithm Algorithm;
    internal CubicState Cubic;

    // How far the window is used, in the round that ends when _usageEnd is acknowledged. What is in flight while
    // acknowledgments come says nothing: those of a batch come before what they make room for is sent.
    private SeqNumber _usageEnd;
    private int _mostFlight;
    private bool _isFull;

    internal void Start(TcpOptions options, int mss, SeqNumber una)
    {
        _usageEnd = una;
        Algorithm = options.Congestion;
        Cwnd = InitialWindow(options, mss);
        Ssthresh = int.MaxValue;
        Cubic = default;
    }

    internal readonly bool IsSlowStart => Cwnd < Ssthresh;

    /// <summary>The window is what holds the flow back, RFC 7661 (4.3); in slow start half of it is enough.</summary>
    private readonly bool IsLimit => _isFull || (IsSlowStart && _mostFlight > Cwnd / 2);

    /// <summary>Notes how far the window is used, after all that could leave has left.</summary>
    internal void OnSent(in SendSequence snd, int pipe)
    {
        bool isFull = pipe > Cwnd - snd.Mss;
        if (snd.Una < _usageEnd && !isFull && (_isFull || snd.Flight <= _mostFlight))
            return;
        _isFull = isFull;
        _mostFlight = snd.Flight;
        _usageEnd = snd.Nxt;
    }

    /// <summary>RFC 6928 (2): min (10 MSS, max (2 MSS, 14600)); jumbo segments still get two.</summary>
    internal static int InitialWindow(TcpOptions options, int mss) =>
        Math.Min(options.InitialWindowSegments * mss, Math.Max(2 * mss, options.InitialWindowSegments * 1460));

    /// <summary>Acknowledged bytes while nothing is being recovered.</summary>
    internal void OnAcked(int acked, int mss, int bound, int srtt, long now)
    {
        if (!IsLimit)
            return; // RFC 9438 (5.8)
        if (IsSlowStart)
        {
            int step = Math.Min(acked, Ssthresh - Cwnd);
            Cwnd += step;
            acked -= step;
        }
        if (acked > 0 && Cwnd < bound)
        {
            if (Algorithm == CongestionAlgorithm.Cubic)
                Cwnd = Cubic.Avoid(Cwnd, acked, mss, srtt, now);
            else
                Cwnd = NewReno.Avoid(Cwnd, acked, mss);
        }
        Cwnd = Math.Min(Cwnd, bound);
    }

    /// <summary>Loss found by acknowledgments, or an ECN echo: one reduction a window of data.</summary>
    internal void OnLoss(int flight, int mss)
    {
        int used = _isFull ? Cwnd : Math.Min(Cwnd, Math.Max(flight, _mostFlight));
        Ssthresh = Algorithm == CongestionAlgorithm.Cubic
            ? Cubic.Reduce(Cwnd, used, mss)
            : NewReno.Reduce(used, mss);
        Cwnd = Ssthresh;
    }

    /// <summary>A retransmission timeout, RFC 5681 (3.1): the window is one segment.</summary>
    /// <param name="flight">Bytes in flight.</param>
    /// <param name="mss">Segment size.</param>
    /// <param name="isFirst">False while the same loss times out again: ssthresh stays.</param>
    internal void OnTimeout(int flight, int mss, bool isFirst)
    {
        if (isFirst)
            OnLoss(flight, mss);
        Cwnd = mss;
        Cubic.Restart();
    }

    /// <summary>A reduction was for nothing.</summary>
    /// <param name="cwnd">The window before.</param>
    /// <param name="ssthresh">The threshold before.</param>
    /// <param name="most">What the window may be at once; the rest of the way back is slow start.</param>
    internal void Restore(int cwnd, int ssthresh, int most)
    {
        Cwnd = Math.Max(Cwnd, Math.Min(cwnd, most));
        Ssthresh = Math.Max(Ssthresh, Math.Max(ssthresh, cwnd));
        Cubic.Restart();
    }

    /// <summary>Silence longer than a timeout, RFC 5681 (4.1): back to the restart window.</summary>
    internal void OnIdle(TcpOptions options, int mss)
    {
        Cwnd = Math.Min(Cwnd, InitialWindow(options, mss));
        Cubic.Restart();
    }
}
