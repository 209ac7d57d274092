using System;
using System.Diagnostics;
using System.Threading;

namespace Penstock.HyperAmp.Ring;

/// <summary>Waiting for a peer that rings no bell: spin, then yield, then sleep a millisecond at a time.</summary>
internal struct RingWait
{
    private static readonly long _spinTicks = Stopwatch.Frequency / 20_000;
    private static readonly long _yieldTicks = Stopwatch.Frequency / 500;
    private const int LooksBetweenClocks = 32;

    private readonly long _started;
    private readonly long _deadline;
    private readonly bool _neverSleeps;
    private int _looks;
    private SpinWait _sleep;

    /// <summary>Begins to wait.</summary>
    /// <param name="timeout">Longest wait; negative for none.</param>
    /// <param name="neverSleeps">Spins to the end, for a processor of its own.</param>
    public RingWait(TimeSpan timeout, bool neverSleeps = false)
    {
        _started = Stopwatch.GetTimestamp();
        _deadline = timeout < TimeSpan.Zero ? long.MaxValue : _started + (long)(timeout.TotalSeconds * Stopwatch.Frequency);
        _neverSleeps = neverSleeps;
    }

    /// <summary>What is left until the deadline, never negative.</summary>
    public readonly TimeSpan Left
    {
        get
        {
            if (_deadline == long.MaxValue)
                return Timeout.InfiniteTimeSpan;
            long left = _deadline - Stopwatch.GetTimestamp();
            return left <= 0 ? TimeSpan.Zero : TimeSpan.FromSeconds((double)left / Stopwatch.Frequency);
        }
    }

    /// <summary>Lets time pass.</summary>
    /// <returns>False when the deadline has passed.</returns>
    public bool Pause()
    {
        if (++_looks < LooksBetweenClocks)
        {
            Thread.SpinWait(1);
            return true;
        }
        _looks = 0;
        long now = Stopwatch.GetTimestamp();
        if (now >= _deadline)
            return false;
        if (_neverSleeps || now - _started < _spinTicks)
            return true;
        _looks = LooksBetweenClocks;
        if (now - _started < _yieldTicks)
            Thread.Yield();
        else
            _sleep.SpinOnce(0);
        return true;
    }
}
