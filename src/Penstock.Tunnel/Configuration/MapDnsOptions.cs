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
}
