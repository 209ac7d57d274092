using System;

namespace Penstock.Stack.Tcp;

/// <summary>Round-trip time and retransmission timeout, RFC 6298; microseconds.</summary>
internal struct RttEstimator
{
    private int _srtt; // 0 until the first measurement
    private int _rttVar;
    private int _min;
    private long _minAt;

    // A minimum older than this gives way: the path may have changed.
    private const long MinimumLasts = 10_000_000;

    internal readonly int Srtt => _srtt;

    /// <summary>The least measurement of the last ten to twenty seconds; 0 before the first.</summary>
    internal readonly int Min => _min;

    internal readonly bool HasSample => _srtt != 0;

    /// <summary>Takes a measurement of a segment sent once only (Karn), RFC 6298 (2.2, 2.3).</summary>
    internal void Sample(long rtt, long now)
    {
        int r = (int)Math.Clamp(rtt, 1, 60_000_000);
        if (_srtt == 0)
        {
            _srtt = r;
            _rttVar = r / 2;
        }
        else
        {
            _rttVar += (Math.Abs(_srtt - r) - _rttVar) / 4;
            _srtt = Math.Max(1, _srtt + (r - _srtt) / 8);
        }
        if (_min == 0 || r <= _min || now - _minAt > MinimumLasts)
        {
            _min = r;
            _minAt = now;
        }
    }

    /// <summary>The timeout, RFC 6298 (2.1 to 2.5), doubled for each backoff (5.5).</summary>
    internal readonly long Rto(TcpOptions options, int backoff)
    {
        long rto = _srtt == 0 ? options.InitialRto : Math.Max(_srtt + Math.Max(1000L, 4L * _rttVar), options.MinRto);
        return Math.Min(rto << Math.Min(backoff, 16), options.MaxRto);
    }
}
