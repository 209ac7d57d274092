using System;
using System.Collections.Generic;
using System.IO;

namespace Penstock.TestBed;

/// <summary>The test bed: a client's namespace with the tunnel, and behind a veth pair the namespace of proxy and servers.</summary>
/// <remarks>
/// <code>
///  app                                          net
///  +-------------------------------+            +------------------------------+
///  | client -- tun0 -- tunnel ----- | up0 - up0 | -- proxy :1080 -- server      |
///  |           10.20.0.0/16         | .1     .2 |            10.20.0.1 on lo    |
///  |           fd20::/64            | 10.10.0.0 |            fd20::1 on lo      |
///  +-------------------------------+            +------------------------------+
/// </code>
/// The server's addresses are routed through the TUN only, so that nothing can pass the tunnel by. Every bed has namespaces
/// of its own and therefore the same addresses.
/// </remarks>
public sealed class Bed : IDisposable
{
    /// <summary>The client's end of the veth pair.</summary>
    public const string AppAddress = "10.10.0.1";

    /// <summary>The proxy's end of the veth pair.</summary>
    public const string NetAddress = "10.10.0.2";

    /// <summary>The client's end of the veth pair, IPv6.</summary>
    public const string AppAddress6 = "fd10::1";

    /// <summary>The proxy's end of the veth pair, IPv6.</summary>
    public const string NetAddress6 = "fd10::2";

    /// <summary>The TUN device's address.</summary>
    public const string TunAddress = "198.18.0.1";

    /// <summary>The TUN device's address, IPv6.</summary>
    public const string TunAddress6 = "fc00::1";

    /// <summary>The servers' address.</summary>
    public const string ServerAddress = "10.20.0.1";

    /// <summary>The servers' address, IPv6.</summary>
    public const string ServerAddress6 = "fd20::1";

    /// <summary>An address behind the tunnel to which the proxy has no route.</summary>
    public const string UnroutedAddress = "10.20.99.1";

    private static readonly TimeSpan StartPatience = TimeSpan.FromSeconds(20);

    private readonly List<IDisposable> parts = [];

    /// <summary>Makes both namespaces and joins them.</summary>
    /// <param name="delay">How long each packet between them takes; needs <paramref name="delayedLink"/>.</param>
    /// <param name="delayedLink">The program that carries packets with a delay, instead of a veth pair.</param>
    public Bed(TimeSpan delay = default, string delayedLink = "")
    {
        try
        {
            App = Keep(new NetworkNamespace("app"));
            Net = Keep(new NetworkNamespace("net"));
            if (delay == default)
                Command.Run("ip", "link", "add", "up0", "netns", App.Name, "type", "veth", "peer", "name", "up0", "netns", Net.Name);
            else
                StartLink(delayedLink, Net, "up0", $"{(long)delay.TotalMicroseconds}");
            App.Ip($"addr add {AppAddress}/24 dev up0", $"addr add {AppAddress6}/64 dev up0 nodad", "link set up0 up");
            Net.Ip(
                $"addr add {NetAddress}/24 dev up0",
                $"addr add {NetAddress6}/64 dev up0 nodad",
                "link set up0 up",
                $"addr add {ServerAddress}/32 dev lo",
                $"addr add {ServerAddress6}/128 dev lo nodad");
            string[] parameters = ["net.core.somaxconn=8192", "net.ipv4.tcp_max_syn_backlog=8192", "net.ipv4.ip_local_port_range=1025 65000"];
            App.Set(parameters);
            Net.Set(parameters);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>The namespace of the clients and of the tunnel.</summary>
    public NetworkNamespace App { get; }

    /// <summary>The namespace of the proxy and of the servers.</summary>
    public NetworkNamespace Net { get; }

    /// <summary>Starts a program in the clients' namespace that ends with the bed at the latest.</summary>
    public Child StartInApp(string name, string program, IEnumerable<string> arguments, bool input = false) =>
        Keep(App.Start(name, program, arguments, input));

    /// <summary>Starts a program in the servers' namespace that ends with the bed at the latest.</summary>
    public Child StartInNet(string name, string program, IEnumerable<string> arguments, bool input = false) =>
        Keep(Net.Start(name, program, arguments, input));

    /// <summary>Ends a part before the bed does.</summary>
    public void Forget(IDisposable part)
    {
        part.Dispose();
        parts.Remove(part);
    }

    /// <summary>Starts a server and waits until it listens on <paramref name="port"/>.</summary>
    public Child StartServer(string name, int port, string program, params string[] arguments)
    {
        Child server = StartInNet(name, program, arguments);
        Eventually.Requires(
            $"{name} listening on port {port}", StartPatience, () => server.HasExited || IsListening(port), () => server.Output);
        return server.HasExited ? throw new InvalidOperationException($"{name} ended: {server.Output}") : server;
    }

    /// <summary>Joins the clients' namespace and another by a link of its own program.</summary>
    /// <param name="program">What carries the frames.</param>
    /// <param name="other">The other namespace.</param>
    /// <param name="device">The name of the device in both.</param>
    /// <param name="arguments">How long they take, in microseconds, and what else happens to them.</param>
    public void StartLink(string program, NetworkNamespace other, string device, params string[] arguments)
    {
        Child link = StartInNet("link", program, [App.Name, other.Name, device, .. arguments]);
        Eventually.Requires(
            $"the link {device} between the namespaces",
            StartPatience,
            () => link.HasExited || (App.Try("ip", "link", "show", device).Status == 0 && other.Try("ip", "link", "show", device).Status == 0),
            () => link.Output);
        if (link.HasExited)
            throw new InvalidOperationException($"the link ended: {link.Output}");
    }

    /// <summary>Starts the tunnel, waits until its interface is up, and routes the servers' addresses through it.</summary>
    public Child StartTunnel(TunnelCommand command, TunnelSettings settings)
    {
        Child tunnel = StartInApp(command.Name, command.Program, [.. command.Arguments, WriteConfiguration(settings)]);
        Eventually.Requires(
            $"{command.Name}: interface {settings.Name} up",
            StartPatience,
            () => tunnel.HasExited || App.HasInterface(settings.Name),
            () => tunnel.Output);
        if (tunnel.HasExited)
            throw new InvalidOperationException($"{command.Name} ended at start with status {tunnel.Status}: {tunnel.Output}");
        RouteThrough(settings.Name, settings.HasIpv6);
        return tunnel;
    }

    /// <summary>Writes a configuration into a file of the bed and returns its path.</summary>
    public string WriteConfiguration(TunnelSettings settings)
    {
        string path = Path.Combine(App.Files, $"{settings.Name}.yml");
        File.WriteAllText(path, settings.ToYaml());
        return path;
    }

    /// <summary>Routes the servers' addresses through an interface.</summary>
    public void RouteThrough(string name, bool ipv6 = true)
    {
        App.Ip($"route replace 10.20.0.0/16 dev {name}");
        if (ipv6)
            App.Ip($"route replace fd20::/64 dev {name}");
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        for (int i = parts.Count - 1; i >= 0; i--)
            parts[i].Dispose();
        parts.Clear();
    }

    private bool IsListening(int port) => Net.Run("ss", "-Hlutn", $"sport = :{port}").Length > 0;

    private T Keep<T>(T part)
        where T : IDisposable
    {
        parts.Add(part);
        return part;
    }
}
