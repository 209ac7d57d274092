using System;

namespace Penstock.Linux.Netlink;

/// <summary>Where packets for a prefix go.</summary>
public readonly ref struct Route
{
    /// <summary>4 or 16 bytes; all zero with <see cref="PrefixLength"/> 0 for the default route.</summary>
    public required ReadOnlySpan<byte> Destination { get; init; }

    /// <summary>Leading bits that count.</summary>
    public required int PrefixLength { get; init; }

    /// <summary>The interface, 0 when only the gateway decides.</summary>
    public int LinkIndex { get; init; }

    /// <summary>The next router; empty when the destination is on the link itself.</summary>
    public ReadOnlySpan<byte> Gateway { get; init; }

    /// <summary>The routing table, 0 for the main one.</summary>
    public uint Table { get; init; }

    /// <summary>Lower wins; 0 for the family's default.</summary>
    public uint Metric { get; init; }
}
