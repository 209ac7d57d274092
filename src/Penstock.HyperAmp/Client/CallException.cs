using System;

namespace Penstock.HyperAmp.Client;

/// <summary>A call that did not succeed, where the caller asked for an answer or nothing.</summary>
/// <param name="service">The service id.</param>
/// <param name="status">How it ended.</param>
public sealed class CallException(ushort service, CallStatus status)
    : Exception($"the call of service {service} ended as {status}")
{
    /// <summary>How it ended.</summary>
    public CallStatus Status { get; } = status;
}
