using System.Collections.Generic;
using Penstock.Wire.Ip;

namespace Penstock.Tunnel.Configuration;

/// <summary>The <c>mapdns</c> section: names answered with addresses of a private network, and sent to the proxy as names.</summary>
/// <remarks>The whole feature is off while <see cref="CacheSize"/> is 0.</remarks>
public sealed record MapDnsOptions
{
    /// <summary><c>mapdns.address</c>: IPv4 address whose DNS queries are answered. Default: 0.0.0.0.</summary>
    public InetAddress Address { get; init; }

    /// <summary><c>mapdns.port</c>: its port. Default: 53; 0 intercepts nothing.</summary>
    public ushort Port { get; init; } = 53;

    /// <summary><c>mapdns.network</c>: base of the mapped addresses. Default: 0.0.0.0.</summary>
    public InetAddress Network { get; init; }

    /// <summary><c>mapdns.netmask</c>: its mask. Default: 0.0.0.0.</summary>
    public InetAddress Netmask { get; init; }

    /// <summary><c>mapdns.cache-size</c>: names kept, at most the inverted netmask. Default: 0, off.</summary>
    public int CacheSize { get; init; }

    /// <summary><c>mapdns.address6</c>: IPv6 address whose DNS queries are answered as well. Default: null.</summary>
    public InetAddress? Address6 { get; init; }

    /// <summary><c>mapdns.network6</c>: base of the mapped IPv6 addresses. Default: null, AAAA has no answers.</summary>
    public InetAddress? Network6 { get; init; }

    /// <summary><c>mapdns.prefix6</c>: its prefix length, 0 to 127. Default: 96.</summary>
    public int Prefix6 { get; init; } = DefaultPrefix6;

    /// <summary><c>mapdns.ttl</c>: seconds that answers may be kept, 0 to 604800. Default: 1.</summary>
    public int Ttl { get; init; } = 1;

    /// <summary><c>mapdns.file</c>: keeps the names over a restart. Default: null.</summary>
    public string? File { get; init; }

    /// <summary><c>mapdns.hijack</c>: port whose queries are answered wherever they were sent. Default: 0, none.</summary>
    public ushort HijackPort { get; init; }

    /// <summary><c>mapdns.exclude</c>: names that are not mapped, with all names below them. Default: empty.</summary>
    public IReadOnlyList<string> Exclude { get; init; } = [];

    /// <summary><c>mapdns.server</c>: who resolves them, by DNS over TCP through the proxy. Default: null, the server that was asked.</summary>
    public InetAddress? Server { get; init; }

    /// <summary>Prefix length of a mapped IPv6 network when none is configured.</summary>
    public const int DefaultPrefix6 = 96;
}
