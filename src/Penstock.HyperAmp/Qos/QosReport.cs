using System;

namespace Penstock.HyperAmp.Qos;

/// <summary>A class's counts at one moment.</summary>
/// <param name="Sent">Requests that came to the gate.</param>
/// <param name="Succeeded">Answered with success.</param>
/// <param name="Failed">Answered with failure.</param>
/// <param name="Dropped">Not answered.</param>
/// <param name="Bytes">Payload bytes of the answered.</param>
/// <param name="LatencyViolations">Answers later than their profile allows.</param>
/// <param name="JitterViolations">Answers at which the smoothed jitter was above the profile's.</param>
/// <param name="Jitter">Smoothed change of latency between consecutive answers, 7/8 of the old value each time.</param>
/// <param name="BitsPerSecond">From the first request to the last answer.</param>
public readonly record struct QosReport(
    long Sent, long Succeeded, long Failed, long Dropped, long Bytes, long LatencyViolations, long JitterViolations, TimeSpan Jitter, double BitsPerSecond)
{
    /// <summary>Share of requests without a successful answer.</summary>
    public double Loss => Sent == 0 ? 0 : (double)(Failed + Dropped) / Sent;
}
