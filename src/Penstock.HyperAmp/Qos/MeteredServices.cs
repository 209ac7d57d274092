using System;
using System.Diagnostics;
using Penstock.HyperAmp.Services;

namespace Penstock.HyperAmp.Qos;

/// <summary>A set whose every run is measured by class: the service's side of the figures.</summary>
/// <remarks>Latency here is the time that the service worked, without queue and notification.</remarks>
public sealed class MeteredServices(ServiceSet services) : ServiceSet
{
    private readonly QosMeter[] _meters = [new(), new(), new(), new()];

    /// <inheritdoc/>
    public override string Name => services.Name;

    /// <summary>What happened to a class's messages.</summary>
    public QosMeter Meter(QosClass qosClass) => _meters[(int)qosClass];

    /// <inheritdoc/>
    public override bool Knows(ushort service) => services.Knows(service);

    /// <inheritdoc/>
    public override ServiceResult Run(ushort service, Span<byte> payload)
    {
        long started = Stopwatch.GetTimestamp();
        ServiceResult result = services.Run(service, payload);
        QosProfile profile = QosProfile.For(service);
        Meter(profile.Class).Record(profile, result == ServiceResult.Success, payload.Length, started, Stopwatch.GetTimestamp());
        return result;
    }
}
