using System;
using System.Security.Cryptography;

namespace Penstock.HyperAmp.Ring;

/// <summary>How a backend answers.</summary>
public sealed record RingBackendOptions
{
    /// <summary>The first id given to a session.</summary>
    public ushort FirstBackend { get; init; } = 2000;

    /// <summary>
    /// Answers service 0. The seL4 server does not, so that a client which waits for its echo times out; false repeats
    /// that.
    /// </summary>
    public bool AnswersEcho { get; init; } = true;

    /// <summary>Key for the bulk services that verify; null for the peers' look at the signature's shape.</summary>
    public ECDsa? VerifyKey { get; init; }

    /// <summary>How long an answer may wait for room before it is dropped.</summary>
    public TimeSpan ReplyTimeout { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Called with device and strategy texts, data without an answer and messages of unknown types.</summary>
    public RingMessageHandler? Received { get; init; }

    /// <summary>Spins instead of sleeping when nothing comes; for a processor of its own.</summary>
    public bool NeverSleeps { get; init; }
}
