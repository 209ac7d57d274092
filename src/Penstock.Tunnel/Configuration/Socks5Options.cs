using Penstock.Wire.Ip;

namespace Penstock.Tunnel.Configuration;

/// <summary>The <c>socks5</c> section: the proxy and how it is reached.</summary>
public sealed record Socks5Options
{
    /// <summary><c>socks5.address</c>: IPv4, IPv6 or a host name. Default: empty, there is no proxy and every session fails.</summary>
    public string Address { get; init; } = "";

    /// <summary><c>socks5.port</c>: 1 to 65535. Default: 0; the file must name it when it has the section.</summary>
    public ushort Port { get; init; }

    /// <summary><c>socks5.udp</c>: how datagrams are relayed. Default: <see cref="UdpRelay.Tcp"/>.</summary>
    public UdpRelay Udp { get; init; }

    /// <summary><c>socks5.udp-address</c>: replaces the address (not the port) of the relay in the proxy's reply; IPv4, IPv6 or a host name. Default: null.</summary>
    public string? UdpAddress { get; init; }

    /// <summary><c>socks5.udp-offload</c>: datagrams of one size pass the kernel together where it can (UDP_SEGMENT, UDP_GRO). Default: true.</summary>
    public bool UdpOffload { get; init; } = true;

    /// <summary><c>socks5.pipeline</c>: greeting, credentials and request are sent without waiting for answers. Default: false.</summary>
    public bool Pipeline { get; init; }

    /// <summary>Most connections that may be kept ready for a proxy.</summary>
    public const int MaxPoolSize = 1024;

    /// <summary><c>socks5.pool-size</c>: connections to the proxy that stand ready, greeting done, for the next flows, and as many associations once datagrams are relayed; all shards together. Default: 4.</summary>
    public int PoolSize { get; init; } = 4;

    /// <summary><c>socks5.username</c> and <c>socks5.password</c>. Default: null, no authentication is offered.</summary>
    public Credentials? Credentials { get; init; }

    /// <summary><c>socks5.mark</c>: SO_MARK of every socket towards the proxy. Default: 0, none.</summary>
    public uint Mark { get; init; }

    /// <summary><c>socks5.tcp-fastopen</c>: TCP Fast Open towards the proxy where the kernel has it. Default: false.</summary>
    public bool TcpFastOpen { get; init; }

    /// <summary><c>socks5.bind-interface</c>: interface that every socket towards the proxy is bound to. Default: null.</summary>
    public string? BindInterface { get; init; }

    /// <summary><c>socks5.bind-address</c>: local address of every socket towards the proxy. Default: null.</summary>
    public InetAddress? BindAddress { get; init; }
}
