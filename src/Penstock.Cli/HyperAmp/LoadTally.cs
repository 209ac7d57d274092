using System;
using System.Threading;
using Penstock.HyperAmp.Client;
using Penstock.HyperAmp.Statistics;

namespace Penstock.Cli.HyperAmp;

/// <summary>What a thread of <c>amp load</c> has seen: how long right answers took, and why the other requests failed. One thread counts, any reads.</summary>
internal sealed class LoadTally
{
    // By call status; under Success stand the answers that were wrong.
    private readonly long[] _failures = new long[Enum.GetValues<CallStatus>().Length];

    /// <summary>Right answers.</summary>
    public LatencyHistogram Latencies { get; } = new();

    /// <summary>Requests that came to nothing.</summary>
    public long Failed
    {
        get
        {
            long sum = 0;
            for (int i = 0; i < _failures.Length; i++)
                sum += Volatile.Read(ref _failures[i]);
            return sum;
        }
    }

    /// <summary>Requests that ended, one way or the other.</summary>
    public long Requests => Latencies.Count + Failed;

    /// <summary>Requests that nobody answered, as far as is known.</summary>
    public long Unanswered => Of(CallStatus.TimedOut) + Of(CallStatus.ServiceLost);

    public void Fail(CallStatus status) => Volatile.Write(ref _failures[(int)status], _failures[(int)status] + 1);

    public void Add(LoadTally other)
    {
        Latencies.Add(other.Latencies);
        for (int i = 0; i < _failures.Length; i++)
            _failures[i] += Volatile.Read(ref other._failures[i]);
    }

    /// <summary>The reasons, with their counts when there are several; empty when nothing failed.</summary>
    public string Reasons()
    {
        long failed = Failed;
        string reasons = "";
        foreach (CallStatus status in Enum.GetValues<CallStatus>())
        {
            long count = Of(status);
            string reason = status == CallStatus.Success ? "wrong answer" : status.ToString();
            if (count > 0)
                reasons += (reasons.Length > 0 ? ", " : "") + (count == failed ? reason : $"{count} {reason}");
        }
        return reasons;
    }

    private long Of(CallStatus status) => Volatile.Read(ref _failures[(int)status]);
}
