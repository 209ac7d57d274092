using System;
using System.Collections.Generic;
using Penstock.Tunnel.Configuration;
using Penstock.Tunnel.Uplinks;
using Penstock.Wire.Ip;

namespace Penstock.Tunnel.Bypass;

/// <summary>What goes direct, and how its sockets are kept out of the tunnel. Immutable; asked once a flow.</summary>
/// <remarks>
/// Networks are sets of masked addresses, one for each prefix length in use, so that a list of ten thousand networks
/// costs a flow no more lookups than one of ten. A name is looked up with each of its parents.
/// </remarks>
internal sealed class BypassRules
{
    private readonly List<(int Prefix, HashSet<InetAddress> Networks)> _v4 = [];
    private readonly List<(int Prefix, HashSet<InetAddress> Networks)> _v6 = [];
    private readonly HashSet<string>.AlternateLookup<ReadOnlySpan<char>> _domains;
    private readonly List<InetNetwork> _mapped = [];

    private BypassRules(TunnelOptions options, HostNames hosts)
    {
        Hosts = hosts;
        BypassOptions own = options.Bypass;
        Binding = new SocketBinding(
            own.Mark ?? options.Socks5.Mark,
            own.BindInterface ?? options.Socks5.BindInterface,
            own.BindAddress ?? options.Socks5.BindAddress,
            BindingKeys.OfBypass(own));
        foreach (InetNetwork network in own.Networks)
            Add(network.Address.IsV6 ? _v6 : _v4, network);
        var domains = new HashSet<string>(own.Domains, StringComparer.OrdinalIgnoreCase);
        HasDomains = domains.Count > 0;
        _domains = domains.GetAlternateLookup<ReadOnlySpan<char>>();
        MapDnsOptions names = options.MapDns;
        if (names.CacheSize == 0)
            return;
        _mapped.Add(new InetNetwork(names.Network, System.Numerics.BitOperations.PopCount(names.Netmask.V4)));
        if (names.Network6 is { } network6)
            _mapped.Add(new InetNetwork(InetNetwork.Masked(network6, names.Prefix6), names.Prefix6));
    }

    /// <summary>Resolves the names of what goes direct.</summary>
    public HostNames Hosts { get; }

    /// <summary>What direct sockets are bound to.</summary>
    public SocketBinding Binding { get; }

    /// <summary>There are domains among the rules.</summary>
    public bool HasDomains { get; }

    /// <summary>The rules of a configuration; null when nothing goes direct.</summary>
    public static BypassRules? From(TunnelOptions options, HostNames hosts) =>
        options.Bypass.IsEmpty ? null : new BypassRules(options, hosts);

    /// <summary>An address goes direct.</summary>
    public bool Covers(in InetAddress address)
    {
        foreach ((int prefix, HashSet<InetAddress> networks) in address.IsV6 ? _v6 : _v4)
        {
            if (networks.Contains(InetNetwork.Masked(address, prefix)))
                return true;
        }
        return false;
    }

    /// <summary>A name goes direct: it is in the list, or below a name of the list.</summary>
    public bool Covers(ReadOnlySpan<char> name)
    {
        if (!HasDomains)
            return false;
        while (!_domains.Contains(name))
        {
            int dot = name.IndexOf('.');
            if (dot < 0)
                return false;
            name = name[(dot + 1)..];
        }
        return true;
    }

    /// <summary>An address stands for a name: it leads nowhere but into the tunnel.</summary>
    public bool IsMapped(in InetAddress address)
    {
        foreach (InetNetwork network in _mapped)
        {
            if (network.Address.IsV6 == address.IsV6 && InetNetwork.Masked(address, network.Prefix) == network.Address)
                return true;
        }
        return false;
    }

    private static void Add(List<(int Prefix, HashSet<InetAddress> Networks)> sets, InetNetwork network)
    {
        int index = sets.FindIndex(set => set.Prefix == network.Prefix);
        if (index < 0)
        {
            index = sets.Count;
            sets.Add((network.Prefix, []));
        }
        sets[index].Networks.Add(network.Address);
    }
}
