using System;

namespace Penstock.Tunnel.Hosting;

/// <summary>What a program that embeds a tunnel lends to it.</summary>
public sealed record TunnelHost
{
    /// <summary>Lends nothing.</summary>
    public static TunnelHost None { get; } = new();

    /// <summary>A TUN descriptor to use as it is, never configured and never closed; -1 opens a device.</summary>
    public int TunDescriptor { get; init; } = -1;

    /// <summary>Where a relative <c>mapdns.file</c> begins, at each reload as well; null: the working directory at the start.</summary>
    public string? Directory { get; init; }

    /// <summary>
    /// Called with each socket towards a proxy or a relay before it connects; false fails that session. Null: nobody asks.
    /// </summary>
    /// <remarks>From the shards' threads, several at a time; all their sessions wait for it, and it must not throw.</remarks>
    public Func<int, bool>? ProtectSocket { get; init; }

    /// <summary>Called when the tunnel has failed and when it was stopped, from any thread; the two may follow each other.</summary>
    public Action? Ended { get; init; }
}
