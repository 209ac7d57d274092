using System;
using System.Diagnostics;
using System.Threading;
using Penstock.HyperAmp.Statistics;

namespace Penstock.HyperAmp.Qos;

/// <summary>What really happened to a class's requests: counts, latencies, jitter, and where a profile was violated.</summary>
public sealed class QosMeter
{
    private readonly Lock _turn = new();
    private long _sent, _succeeded, _failed, _dropped, _bytes, _latencyViolations, _jitterViolations;
    private double _jitter;
    private long _lastLatency = -1;
    private long _firstAt;
    private long _lastAt;

    /// <summary>From the gate to the answer, in nanoseconds.</summary>
    public LatencyHistogram Latency { get; } = new();

    /// <summary>Records a request that was answered.</summary>
    /// <param name="profile">What it is held to.</param>
    /// <param name="succeeded">False when the service failed it.</param>
    /// <param name="bytes">Payload bytes.</param>
    /// <param name="enteredAt">When it came to the gate, in ticks of Stopwatch.</param>
    /// <param name="answeredAt">When its answer was there.</param>
    public void Record(in QosProfile profile, bool succeeded, int bytes, long enteredAt, long answeredAt)
    {
        TimeSpan latency = Stopwatch.GetElapsedTime(enteredAt, answeredAt);
        long nanoseconds = (long)latency.TotalNanoseconds;
        Latency.Record(nanoseconds);
        lock (_turn)
        {
            Begin(enteredAt);
            _sent++;
            _bytes += bytes;
            _lastAt = Math.Max(_lastAt, answeredAt);
            if (succeeded)
                _succeeded++;
            else
                _failed++;
            if (latency > profile.MaxLatency)
                _latencyViolations++;
            if (_lastLatency >= 0)
                _jitter += (Math.Abs(nanoseconds - _lastLatency) - _jitter) / 8;
            _lastLatency = nanoseconds;
            if (_jitter > profile.MaxJitter.TotalNanoseconds)
                _jitterViolations++;
        }
    }

    /// <summary>Records a request that got no answer: refused at the gate, timed out, or cancelled.</summary>
    public void RecordDropped(long enteredAt)
    {
        lock (_turn)
        {
            Begin(enteredAt);
            _sent++;
            _dropped++;
        }
    }

    /// <summary>The counts of one moment.</summary>
    public QosReport Read()
    {
        lock (_turn)
        {
            double seconds = _lastAt > _firstAt ? Stopwatch.GetElapsedTime(_firstAt, _lastAt).TotalSeconds : 0;
            return new(
                _sent, _succeeded, _failed, _dropped, _bytes, _latencyViolations, _jitterViolations, TimeSpan.FromMicroseconds(_jitter / 1000),
                seconds > 0 ? _bytes * 8 / seconds : 0);
        }
    }

    private void Begin(long at)
    {
        if (_sent == 0)
            _firstAt = _lastAt = at;
    }
}
