namespace Penstock.Tunnel.Configuration;

/// <summary>Everything that a tunnel can be told, a record for each section of the configuration file.</summary>
/// <remarks>
/// Immutable and checked: <c>TunnelConfiguration</c> makes it from a file, or a host builds it with
/// <c>new TunnelOptions { Socks5 = ... }</c> and <c>with</c>. Every default stands at its member.
/// </remarks>
public sealed record TunnelOptions
{
    /// <summary>The <c>tunnel</c> section: the device and the connections that arrive on it.</summary>
    public TunOptions Tun { get; init; } = new();

    /// <summary>The <c>socks5</c> section: the proxy. Default: no proxy, every session fails.</summary>
    public Socks5Options Socks5 { get; init; } = new();

    /// <summary>The <c>proxies</c> section: several proxies. Default: none but the one of <see cref="Socks5"/>.</summary>
    public ProxiesOptions Proxies { get; init; } = new();

    /// <summary>The <c>bypass</c> section: what goes direct. Default: nothing.</summary>
    public BypassOptions Bypass { get; init; } = new();

    /// <summary>The <c>mapdns</c> section: mapped DNS. Default: off.</summary>
    public MapDnsOptions MapDns { get; init; } = new();

    /// <summary>The <c>misc</c> section: buffers, limits, timeouts, log, process.</summary>
    public MiscOptions Misc { get; init; } = new();

    /// <summary>The <c>threading</c> section: shards and the threads beside them.</summary>
    public ThreadingOptions Threading { get; init; } = new();
}
