using System;

namespace Penstock.HyperAmp.Qos;

/// <summary>What a service's requests are held to.</summary>
/// <param name="Class">The class they compete in.</param>
/// <param name="MaxLatency">From entering the gate to the answer; longer is a violation.</param>
/// <param name="MinMegabits">Mbit/s that the service is meant to reach; shown, not enforced.</param>
/// <param name="MaxJitter">Smoothed change of latency from one request to the next; more is a violation.</param>
/// <param name="MaxLoss">Share of requests that may fail.</param>
public readonly record struct QosProfile(QosClass Class, TimeSpan MaxLatency, int MinMegabits, TimeSpan MaxJitter, double MaxLoss)
{
    private static readonly QosProfile[] _profiles =
    [
        Of(QosClass.BestEffort, 10000, 1, 5000, 0.1),
        Of(QosClass.RealTime, 100, 10, 50, 0.01),
        Of(QosClass.RealTime, 200, 5, 100, 0.01),
        Of(QosClass.Reliable, 500, 20, 200, 0.001),
        Of(QosClass.Reliable, 500, 20, 200, 0.001),
        Of(QosClass.Reliable, 300, 30, 150, 0.001),
        Of(QosClass.Reliable, 300, 30, 150, 0.001),
        Of(QosClass.Reliable, 400, 15, 200, 0.001),
        Of(QosClass.Reliable, 400, 15, 200, 0.001),
        Of(QosClass.Throughput, 1000, 100, 500, 0.05),
        Of(QosClass.Throughput, 1000, 100, 500, 0.05),
        Of(QosClass.Throughput, 1000, 100, 500, 0.05),
        Of(QosClass.BestEffort, 5000, 5, 2000, 0.1),
        Of(QosClass.BestEffort, 5000, 5, 2000, 0.1),
        Of(QosClass.BestEffort, 5000, 5, 2000, 0.1),
        Of(QosClass.BestEffort, 5000, 5, 2000, 0.1),
    ];

    /// <summary>The profile of a service; ids above 15 have service 0's.</summary>
    public static QosProfile For(ushort service) => _profiles[service < _profiles.Length ? service : 0];

    private static QosProfile Of(QosClass qosClass, int latency, int megabits, int jitter, double loss) =>
        new(qosClass, TimeSpan.FromMicroseconds(latency), megabits, TimeSpan.FromMicroseconds(jitter), loss);
}
