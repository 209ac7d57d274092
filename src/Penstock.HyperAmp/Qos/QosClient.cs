using System;
using System.Diagnostics;
using System.Threading;
using Penstock.HyperAmp.Client;

namespace Penstock.HyperAmp.Qos;

/// <summary>Calls through a gate: admitted by class, held to the service's profile, measured.</summary>
/// <remarks>
/// The latency of a request counts from its coming to the gate, so waiting for room is part of it. Threads share one
/// instance; the client stays the caller's.
/// </remarks>
public sealed class QosClient
{
    private readonly ZoneClient _client;
    private readonly QosMeter[] _meters = [new(), new(), new(), new()];

    /// <summary>Uses a client, which others should not use beside it: their requests pass no gate.</summary>
    public QosClient(ZoneClient client, QosLimits? limits = null)
    {
        _client = client;
        Gate = new(limits);
    }

    /// <summary>What admits.</summary>
    public QosGate Gate { get; }

    /// <summary>What happened to a class's requests.</summary>
    public QosMeter Meter(QosClass qosClass) => _meters[(int)qosClass];

    /// <summary>Sends a request and copies the answer, which has the request's length.</summary>
    /// <param name="service">Service id; its profile names the class.</param>
    /// <param name="request">The payload.</param>
    /// <param name="response">Receives as much of the answer as fits.</param>
    /// <param name="timeout">Deadline for gate and call together.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>Busy when no room came in time.</returns>
    public CallResult Call(ushort service, ReadOnlySpan<byte> request, Span<byte> response, TimeSpan timeout, CancellationToken cancellation = default)
    {
        QosProfile profile = QosProfile.For(service);
        QosMeter meter = Meter(profile.Class);
        if (!Gate.TryEnter(profile.Class, request.Length, timeout, out QosTicket ticket, cancellation))
        {
            meter.RecordDropped(ticket.EnteredAt);
            return new(cancellation.IsCancellationRequested ? CallStatus.Cancelled : CallStatus.Busy, 0);
        }
        try
        {
            TimeSpan left = timeout - Stopwatch.GetElapsedTime(ticket.EnteredAt);
            CallResult result = _client.Call(service, request, response, left > TimeSpan.Zero ? left : TimeSpan.Zero, cancellation);
            if (result.Status is CallStatus.Success or CallStatus.Failed or CallStatus.NotExists)
                meter.Record(profile, result.IsSuccess, request.Length, ticket.EnteredAt, Stopwatch.GetTimestamp());
            else
                meter.RecordDropped(ticket.EnteredAt);
            return result;
        }
        finally
        {
            Gate.Leave(ticket);
        }
    }
}
