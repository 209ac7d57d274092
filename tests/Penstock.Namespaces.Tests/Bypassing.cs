using System;
using Penstock.Namespaces.Tests.Scenes;
using Penstock.TestBed;
using Xunit;

namespace Penstock.Namespaces.Tests;

/// <summary>What goes direct: no proxy runs here, so that all that arrives has gone by none.</summary>
public sealed class Bypassing
{
    private const int Mark = 438;

    [NamespaceFact]
    public void Networks_go_direct_over_tcp_and_udp_both_families()
    {
        using var scene = new Scene(Settings("10.20.0.0/16,fd20::/64", $"mark: {Mark}"), ProxyChoice.None);
        RouteMarked(scene);
        scene.Bed.StartServer("server", Scene.ServerPort, "dotnet", Scene.Peer, "serve", $"{Scene.ServerPort}");
        scene.StartDatagramServer();
        foreach (string address in (string[])[Bed.ServerAddress, Bed.ServerAddress6])
        {
            scene.Makes(address, "upload:4:3000000", "download:4:3000000", "both:4:1000000", "half-close:2:100000", "reset-by-server:2:1000", "end-first:2:100000");
            scene.Exchanges("udp-all", address, "0", "1", "1472", "8192", "20000", "65507");
        }
        Assert.Equal(new CrowdAnswer(0, 3, "ConnectionRefused"), scene.StartCrowd(Bed.ServerAddress, 7999).Open(3));
        scene.StopsCleanly();
    }

    [NamespaceFact]
    public void What_is_not_in_the_list_goes_to_the_proxy()
    {
        using var scene = new Scene(Settings("10.20.1.0/24", $"mark: {Mark}"), ProxyChoice.Microsocks);
        scene.Makes(Bed.ServerAddress, "upload:2:100000");
    }

    [NamespaceFact]
    public void Without_a_way_out_a_direct_flow_is_refused_and_does_not_multiply()
    {
        using var scene = new Scene(Settings("10.20.0.0/16", ""), ProxyChoice.None);
        int sockets = scene.Sockets();
        CrowdAnswer answer = scene.StartCrowd().Open(20);
        Assert.True(answer is { Done: 0, Failed: 20, Error: not "Watchdog" }, $"{answer}");
        Assert.Contains("routed back into the tunnel", scene.Tunnel.Output, StringComparison.Ordinal);
        scene.ReturnsToSockets(sockets);

        Child talk = scene.StartConversation(Bed.ServerAddress);
        talk.Write("hello");
        Eventually.Requires("one socket for one source", TimeSpan.FromSeconds(10), () => scene.Sockets() == sockets + 1);
        scene.StopsCleanly();
    }

    [NamespaceFact]
    public void A_domain_goes_direct_over_tcp_and_udp()
    {
        TunnelSettings settings = Settings("localhost", $"mark: {Mark}");
        using var scene = new Scene(
            settings with
            {
                Sections = settings.Sections + """

                    mapdns:
                      address: 198.18.0.2
                      network: 100.64.0.0
                      netmask: 255.192.0.0
                      cache-size: 100
                    """,
            },
            ProxyChoice.None);
        scene.Bed.App.Ip("link set lo up", "route replace 100.64.0.0/10 dev tun0", "route replace 198.18.0.2/32 dev tun0");
        string mapped = scene.Digs("localhost", "@198.18.0.2");
        Assert.StartsWith("100.64.", mapped, StringComparison.Ordinal);
        string other = scene.Digs("other.test", "@198.18.0.2");
        scene.Bed.StartInApp("server", "dotnet", [Scene.Peer, "serve", $"{Scene.ServerPort}"]);
        scene.Bed.StartInApp("datagram server", "dotnet", [Scene.Peer, "udp-serve", $"{Scene.DatagramPort}"]);
        Eventually.Requires(
            "servers", TimeSpan.FromSeconds(20),
            () => IsListening(scene, Scene.ServerPort) && IsListening(scene, Scene.DatagramPort));
        scene.Makes(mapped, "upload:2:100000", "download:2:100000");
        scene.Exchanges("udp-sizes", mapped, "1", "1400", "9000");
        Assert.Equal(new CrowdAnswer(0, 3, "ConnectionRefused"), scene.StartCrowd(other).Open(3));
        scene.StopsCleanly();
    }

    private static TunnelSettings Settings(string list, string more) => new()
    {
        Sections = $"bypass:\n  list: '{list}'\n  {more}",
    };

    private static bool IsListening(Scene scene, int port) => scene.Bed.App.Run("ss", "-Hlutn", $"sport = :{port}").Length > 0;

    private static void RouteMarked(Scene scene)
    {
        foreach (string family in (string[])["-4", "-6"])
            scene.Bed.App.Run("ip", family, "rule", "add", "fwmark", $"{Mark}", "table", "100");
        scene.Bed.App.Ip(
            $"route add 10.20.0.0/16 via {Bed.NetAddress} table 100",
            $"route add fd20::/64 via {Bed.NetAddress6} table 100");
        // Servers that listen everywhere answer from the address that was asked.
        scene.Bed.Net.Ip(
            $"route replace {Bed.AppAddress}/32 dev up0 src {Bed.ServerAddress}",
            $"route replace {Bed.AppAddress6}/128 dev up0 src {Bed.ServerAddress6}");
    }
}
