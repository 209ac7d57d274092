using System;
using System.Collections.Generic;
using System.IO;
using Penstock.Namespaces.Tests.Scenes;
using Penstock.TestBed;
using Xunit;

namespace Penstock.Namespaces.Tests;

/// <summary>
/// The README's recipes, word for word with other names in their place. The proxy is reached by the default route, and source
/// addresses are checked strictly beforehand, so that each line of a recipe is needed.
/// </summary>
public sealed class RoutingRecipes
{
    private const int Streams = 3;
    private const string Far = Bed.ServerAddress;
    private const string Far6 = Bed.ServerAddress6;

    private static readonly string Upload = $"upload:{Streams}:{1 << 20}";
    private static readonly string Download = $"download:{Streams}:{1 << 20}";

    [NamespaceFact]
    public void A_host_goes_through_the_tunnel_its_tunnel_does_not_and_sessions_from_outside_stay()
    {
        using Scene scene = SceneWithDefaultRoute();
        // Somebody is connected from outside while the rules change.
        scene.Bed.StartInApp("server", "dotnet", ["exec", Scene.Peer, "serve", $"{Scene.ServerPort}"]);
        Eventually.Requires(
            "a server on the host", TimeSpan.FromSeconds(20), () => scene.Bed.App.Run("ss", "-Hltn", $"sport = :{Scene.ServerPort}").Length > 0);
        using Child login = scene.StartMoves(scene.Bed.Net, Bed.AppAddress, $"upload:1:{1L << 40}");
        scene.WaitUntilCarried(1 << 20, "up0");

        foreach (string line in Recipe("### A host through the tunnel"))
        {
            string command = line.Replace("eth0", "up0", StringComparison.Ordinal);
            Run(scene, command.Replace("192.0.2.10", Bed.AppAddress, StringComparison.Ordinal));
            if (command.StartsWith("ip ", StringComparison.Ordinal))
                Run(scene, "ip -6" + command[2..].Replace("192.0.2.10", Bed.AppAddress6, StringComparison.Ordinal));
        }

        scene.Makes(Far, Upload, Download);
        scene.Makes(Far6, Upload, Download);
        Assert.Equal(4 * Streams, scene.Statistic("sessions", "opened"));
        scene.WaitUntilCarried(50 << 20, "up0");
        Assert.False(login.HasExited, login.Output);
        scene.Makes(scene.Bed.Net, Bed.AppAddress, Upload, Download);
        scene.Makes(scene.Bed.Net, Bed.AppAddress6, Upload, Download);
        Assert.Equal(4 * Streams, scene.Statistic("sessions", "opened"));
    }

    [NamespaceFact]
    public void A_lan_goes_through_the_tunnel_and_the_router_itself_does_not()
    {
        using Scene scene = SceneWithDefaultRoute();
        using var lan = new LocalNetwork(scene.Bed);
        scene.Bed.App.Set(
            "net.ipv4.ip_forward=0", "net.ipv4.conf.all.rp_filter=1", "net.ipv4.conf.lan0.rp_filter=1", "net.ipv4.conf.tun0.rp_filter=1");
        foreach (string line in Recipe("### A LAN through the tunnel"))
            Run(scene, line.Replace("eth1", "lan0", StringComparison.Ordinal));

        scene.Makes(lan.Client, Far, Upload, Download);
        Assert.Equal(2 * Streams, scene.Statistic("sessions", "opened"));
        scene.Makes(Far, Upload);
        Assert.Equal(2 * Streams, scene.Statistic("sessions", "opened"));
    }

    private static Scene SceneWithDefaultRoute()
    {
        var settings = new TunnelSettings { ProxyAddress = Far, SocksLines = "  mark: 438" };
        var scene = new Scene(settings, ProxyChoice.Embedded);
        scene.Bed.App.Ip(
            "route del 10.20.0.0/16 dev tun0",
            "route del fd20::/64 dev tun0",
            $"route add default via {Bed.NetAddress}",
            $"route add default via {Bed.NetAddress6}");
        scene.Bed.App.Set("net.ipv4.conf.all.rp_filter=1", "net.ipv4.conf.up0.rp_filter=1");
        return scene;
    }

    private static void Run(Scene scene, string line) => scene.Bed.App.Run("sh", "-ec", line);

    /// <summary>The lines of the first block of commands under a heading of the README.</summary>
    private static List<string> Recipe(string heading)
    {
        string[] lines = File.ReadAllLines(Path.Combine(Repository.Root, "README.md"));
        int at = Array.FindIndex(lines, line => line.StartsWith(heading, StringComparison.Ordinal));
        at = Array.IndexOf(lines, "```sh", at) + 1;
        var found = new List<string>();
        for (; lines[at] != "```"; at++)
            found.Add(lines[at]);
        Assert.NotEmpty(found);
        return found;
    }
}
