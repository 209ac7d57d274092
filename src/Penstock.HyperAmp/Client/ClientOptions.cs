using System;
using Penstock.HyperAmp.Configuration;

namespace Penstock.HyperAmp.Client;

/// <summary>How a client behaves.</summary>
public sealed record ClientOptions
{
    /// <summary>Deadline of a call that names none. Default 5 s.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How threads wait; null for what the configuration says.</summary>
    public WaitMode? Wait { get; init; }

    /// <summary>
    /// Adds a zero byte to every payload and counts it, as the original clients do: services that mask "all but the last
    /// byte" then mask the whole text. Default true.
    /// </summary>
    public bool IncludeTerminator { get; init; } = true;

    /// <summary>How long a waiting thread spins in <see cref="WaitMode.Auto"/> before it sleeps. Default 30 µs.</summary>
    public TimeSpan Spin { get; init; } = TimeSpan.FromMicroseconds(30);

    /// <summary>Entries that the client keeps for its next requests. Default 32, and never more than a quarter of the queue.</summary>
    public int CachedEntries { get; init; } = 32;

    /// <summary>Payload bytes that a kept entry may hold on to. Default 16 KiB.</summary>
    public int CachedPayload { get; init; } = 16 * 1024;
}
