using System;
using Penstock.Wire.Ip;
using Penstock.Wire.Socks5;

namespace Penstock.Proxy;

/// <summary>How a <see cref="SocksServer"/> behaves.</summary>
public sealed record SocksServerOptions
{
    /// <summary>Where it listens; port 0 lets the kernel choose.</summary>
    public InetEndpoint Listen { get; init; } = new(InetAddress.FromV4(0x7f000001), 1080);

    /// <summary>The user name that clients must give (RFC 1929), with <see cref="Password"/>; null for no authentication.</summary>
    public string? User { get; init; }

    /// <summary>The password that belongs to <see cref="User"/>.</summary>
    public string? Password { get; init; }

    /// <summary>Which commands are served; others are answered "command not supported".</summary>
    public AllowedCommands Commands { get; init; } = AllowedCommands.All;

    /// <summary>Decides whether a destination may be reached; null allows all. Called on the server's threads.</summary>
    public Func<SocksDestination, bool>? Allows { get; init; }

    /// <summary>How sockets towards destinations are bound and marked.</summary>
    public OutboundOptions Outbound { get; init; } = new();

    /// <summary>Threads that relay, 1 or more; 0 for one a processor.</summary>
    public int Threads { get; init; }

    /// <summary>Connections at once; further ones are closed as soon as they are accepted.</summary>
    public int MostSessions { get; init; } = 65_536;

    /// <summary>Time in which a client must have told its whole request.</summary>
    public TimeSpan HandshakeTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Time in which a destination must have been resolved and connected.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Silence in both directions after which a relay is reset; zero for never.</summary>
    public TimeSpan IdleTimeout { get; init; } = TimeSpan.Zero;
}
