using System;
using System.Collections.Generic;
using System.Linq;

namespace Penstock.Tunnel.Configuration;

/// <summary>The <c>proxies</c> section: several proxies, and how flows are shared out among them.</summary>
public sealed record ProxiesOptions
{
    /// <summary>Most proxies that a list may name.</summary>
    public const int MaxProxies = 64;

    /// <summary><c>proxies.list</c>. Default: empty, the <c>socks5</c> section is the only proxy.</summary>
    public IReadOnlyList<ProxyEntry> List { get; init; } = [];

    /// <summary><c>proxies.policy</c>. Default: <see cref="ProxyPolicy.Order"/>.</summary>
    public ProxyPolicy Policy { get; init; }

    /// <summary><c>proxies.check-interval</c>: from one check of a proxy to the next; zero checks only those that have failed. Default: half a second.</summary>
    public TimeSpan CheckInterval { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary><c>proxies.check-timeout</c>: longest time for which a check's answer is awaited. Default: two seconds.</summary>
    public TimeSpan CheckTimeout { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Equality, of the list's contents as well.</summary>
    public bool Equals(ProxiesOptions? other) =>
        other is not null && List.SequenceEqual(other.List)
        && (Policy, CheckInterval, CheckTimeout) == (other.Policy, other.CheckInterval, other.CheckTimeout);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(List.Count, Policy, CheckInterval, CheckTimeout);
}
