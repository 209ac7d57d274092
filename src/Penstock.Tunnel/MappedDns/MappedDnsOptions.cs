using System;
using System.Collections.Generic;
using Penstock.Tunnel.Configuration;
using Penstock.Wire.Ip;

namespace Penstock.Tunnel.MappedDns;

/// <summary>What is answered, and with which addresses.</summary>
public sealed record MappedDnsOptions
{
    private const ushort DnsPort = 53;

    /// <summary>Where queries are intercepted; port 0 intercepts nothing.</summary>
    public InetEndpoint Server { get; init; }

    /// <summary>The same over IPv6; null for none.</summary>
    public InetEndpoint? ServerV6 { get; init; }

    /// <summary>Queries to this port are answered wherever they were sent (<c>mapdns.hijack: any:53</c>); 0 for none.</summary>
    public ushort HijackPort { get; init; }

    /// <summary>Base of the mapped IPv4 addresses; host bits are ignored.</summary>
    public InetAddress Network { get; init; }

    /// <summary>Its mask, of leading ones.</summary>
    public InetAddress Netmask { get; init; }

    /// <summary>Base of the mapped IPv6 addresses (<c>mapdns.network6</c>); null answers AAAA with nothing.</summary>
    public InetAddress? NetworkV6 { get; init; }

    /// <summary>Its prefix length (<c>mapdns.prefix6</c>), 0 to 127.</summary>
    public int PrefixV6 { get; init; } = 96;

    /// <summary>Names kept; at most the number that the host bits can say.</summary>
    public int CacheSize { get; init; }

    /// <summary>Seconds that answers may be kept (<c>mapdns.ttl</c>): short, for addresses are used again.</summary>
    public uint Ttl { get; init; } = 1;

    /// <summary>Names that are not mapped, with all names below them.</summary>
    public IReadOnlyList<string> Exclude { get; init; } = Array.Empty<string>();

    /// <summary>Who resolves them, behind the proxy (<c>mapdns.server</c>); null for whoever was asked.</summary>
    public InetEndpoint? ExcludedServer { get; init; }

    /// <summary>Addresses of the networks that are somebody's already, besides the servers': no name gets them.</summary>
    public IReadOnlyList<InetAddress> Reserved { get; init; } = Array.Empty<InetAddress>();

    /// <summary>What the configuration's section says; null while the feature is off.</summary>
    public static MappedDnsOptions? From(MapDnsOptions section) => From(section, new TunOptions());

    /// <summary>What the configuration's section says; null while the feature is off.</summary>
    /// <param name="section">The section.</param>
    /// <param name="device">Whose addresses stand for no name.</param>
    public static MappedDnsOptions? From(MapDnsOptions section, TunOptions device) => section.CacheSize == 0 ? null : new()
    {
        Server = new InetEndpoint(section.Address, section.Port),
        Network = section.Network,
        Netmask = section.Netmask,
        CacheSize = section.CacheSize,
        ServerV6 = section.Address6 is { } server ? new InetEndpoint(server, section.Port) : null,
        NetworkV6 = section.Network6,
        PrefixV6 = section.Prefix6,
        Ttl = (uint)section.Ttl,
        HijackPort = section.HijackPort,
        Exclude = section.Exclude,
        Reserved = Own(device),
        ExcludedServer = section.Server is { } resolver ? new InetEndpoint(resolver, DnsPort) : null,
    };

    private static List<InetAddress> Own(TunOptions device)
    {
        List<InetAddress> own = [];
        if (device.Ipv4 is { } v4)
            own.Add(v4);
        if (device.Ipv6 is { } v6)
            own.Add(v6);
        return own;
    }
}
