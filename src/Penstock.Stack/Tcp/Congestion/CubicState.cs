using System;

namespace Penstock.Stack.Tcp.Congestion;

/// <summary>CUBIC's variables, RFC 9438 (4.1); windows in segments, times in seconds.</summary>
internal struct CubicState
{
    private const float C = 0.4f;
    private const float Beta = 0.7f;

    // RFC 9438 (4.3): what makes the Reno-friendly estimate as aggressive as Reno.
    private const float AlphaReno = 3 * (1 - Beta) / (1 + Beta);

    private float _wMax;
    private float _k;
    private float _wEst;
    private float _cwndPrior;
    private long _epochStart; // 0: no epoch runs

    /// <summary>Ends the epoch: the next acknowledgment in congestion avoidance begins a new one.</summary>
    internal void Restart() => _epochStart = 0;

    /// <summary>Congestion avoidance, RFC 9438 (4.2 to 4.5).</summary>
    internal int Avoid(int cwndBytes, int acked, int mss, int srtt, long now)
    {
        float cwnd = (float)cwndBytes / mss;
        if (_epochStart == 0)
            BeginEpoch(cwnd, now);
        float t = (now - _epochStart) * 1e-6f;
        float segments = (float)acked / mss;

        _wEst += (_wEst >= _cwndPrior ? 1 : AlphaReno) * segments / cwnd;
        if (At(t) < _wEst)
            return Math.Max(cwndBytes, (int)(_wEst * mss)); // the Reno-friendly region, (4.3)

        float target = Math.Clamp(At(t + srtt * 1e-6f), cwnd, 1.5f * cwnd);
        float step = (target - cwnd) / cwnd * segments;
        return cwndBytes + (int)(step * mss);
    }

    /// <summary>Multiplicative decrease with fast convergence, RFC 9438 (4.6, 4.7).</summary>
    internal int Reduce(int cwndBytes, int used, int mss)
    {
        float cwnd = (float)cwndBytes / mss;
        _cwndPrior = cwnd;
        _wMax = cwnd < _wMax ? cwnd * (1 + Beta) / 2 : cwnd;
        Restart();
        return Math.Max((int)(used * Beta), 2 * mss);
    }

    private void BeginEpoch(float cwnd, long now)
    {
        _epochStart = Math.Max(1, now);
        if (cwnd < _wMax)
        {
            _k = MathF.Cbrt((_wMax - cwnd) / C);
        }
        else
        {
            _k = 0;
            _wMax = cwnd;
        }
        _wEst = cwnd;
    }

    private readonly float At(float t)
    {
        float d = t - _k;
        return C * d * d * d + _wMax;
    }
}
