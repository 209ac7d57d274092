using Penstock.Wire.Ip;

namespace Penstock.Tunnel.Configuration;

/// <summary>The <c>tunnel</c> section: the TUN device, and how connections that arrive on it are treated.</summary>
public sealed record TunOptions
{
    /// <summary>Smallest MTU that the kernel gives a TUN device, in bytes.</summary>
    public const int MinMtu = 68;

    /// <summary>Smallest MTU in bytes with which the kernel has IPv6 on a link, RFC 8200 (5).</summary>
    public const int MinMtuV6 = 1280;

    /// <summary>Largest MTU that the kernel gives a TUN device, in bytes.</summary>
    public const int MaxMtu = 65535;

    /// <summary>Longest interface name, in bytes (IFNAMSIZ less the terminating zero).</summary>
    public const int MaxNameLength = 15;

    /// <summary><c>tunnel.name</c>: interface name, at most 15 bytes, kernel patterns such as <c>hev%d</c> allowed. Default: null, the kernel picks <c>tunN</c>.</summary>
    public string? Name { get; init; }

    /// <summary><c>tunnel.mtu</c>: 68 to 65535 bytes. Default: 8500.</summary>
    public int Mtu { get; init; } = 8500;

    /// <summary><c>tunnel.multi-queue</c>: other processes may attach to the device, and this one to theirs. Each shard has a queue in any case. Default: false.</summary>
    public bool MultiQueue { get; init; }

    /// <summary><c>tunnel.ipv4</c>: the device's IPv4 address, set as a /32. Default: null, none is set.</summary>
    public InetAddress? Ipv4 { get; init; }

    /// <summary><c>tunnel.ipv6</c>: the device's IPv6 address, set as a /128. Default: null, none is set.</summary>
    public InetAddress? Ipv6 { get; init; }

    /// <summary><c>tunnel.icmp</c>: what becomes of echo requests. Default: <see cref="IcmpEcho.Off"/>.</summary>
    public IcmpEcho Icmp { get; init; }

    /// <summary><c>tunnel.post-up-script</c>: path of a program started once the interface is up; not waited for. Default: null.</summary>
    public string? PostUpScript { get; init; }

    /// <summary><c>tunnel.pre-down-script</c>: path of a program run, and waited for, before the interface goes. Default: null.</summary>
    public string? PreDownScript { get; init; }

    /// <summary><c>tunnel.offload</c>: device offloads that may be used where the kernel has them. Default: <see cref="OffloadFeatures.All"/> (<c>auto</c>).</summary>
    public OffloadFeatures Offload { get; init; } = OffloadFeatures.All;

    /// <summary><c>tunnel.io-uring</c>: packets, sends and receives of many flows enter the kernel together where it has io_uring. Default: <see cref="IoUringUse.Auto"/>.</summary>
    public IoUringUse IoUring { get; init; }

    /// <summary><c>tunnel.accept</c>: when an app's SYN is answered. Default: <see cref="AcceptMode.Proxy"/>.</summary>
    public AcceptMode Accept { get; init; }

    /// <summary><c>tunnel.congestion</c>: congestion control towards the app. Default: <see cref="CongestionAlgorithm.Cubic"/>.</summary>
    public CongestionAlgorithm Congestion { get; init; }
}
