using System;
using System.Globalization;
using System.IO;
using Penstock.Namespaces.Tests.Scenes;
using Penstock.TestBed;
using Xunit;
using Xunit.Abstractions;

namespace Penstock.Namespaces.Tests;

/// <summary>SIGHUP while traffic runs: no byte is lost, nothing leaks, and a bad file changes nothing.</summary>
public sealed class Reloads(ITestOutputHelper output)
{
    private const int WarmUp = 10;
    private const int Rate = 100;
    private const int Trickles = 20;

    /// <summary>Reloads of the test; a soak sets more.</summary>
    private static readonly int s_count = int.Parse(
        Environment.GetEnvironmentVariable("PENSTOCK_RELOADS") is { Length: > 0 } text ? text : "40", CultureInfo.InvariantCulture);

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(10);

    [NamespaceFact]
    public void Reloads_under_load_lose_no_flow_and_leave_nothing_behind()
    {
        using var scene = new TwoProxies(new TunnelSettings(), "policy: round-robin");
        scene.Start("a");
        scene.Start("b");
        Traffic traffic = scene.StartTraffic();
        Assert.Equal(new CrowdAnswer(Trickles, 0, "none"), traffic.Hold(Trickles));
        traffic.Begin(Rate);
        Assert.Equal("none", traffic.Next(Rate).Error);
        using Child moves = scene.Scene.StartMoves(scene.Scene.Bed.App, Bed.ServerAddress, $"both:2:{200 << 20}");

        for (int i = 0; i < WarmUp; i++)
            Reload(scene, i);
        ProcessCost before = ProcessCost.Of(scene.Scene.Tunnel.Pid);
        traffic.Next(1);
        for (int i = 0; i < s_count; i++)
        {
            Reload(scene, WarmUp + i);
            if (i % 100 == 99)
                output.WriteLine($"{i + 1} reloads: {Text(ProcessCost.Of(scene.Scene.Tunnel.Pid))}, {traffic.SoFar()}");
        }

        TrafficMark mark = traffic.SoFar();
        Assert.True(moves.WaitForExit(TimeSpan.FromSeconds(60)) && moves.Status == 0, moves.Output);
        Assert.Equal(new CrowdAnswer(Trickles, 0, "none"), traffic.Finish());
        Assert.True(mark is { Failed: 0, Done: > 0 }, $"{mark}");

        // Traffic ends, so that its sockets do not hide what a reload leaves.
        int allowed = before.Descriptors;
        Eventually.Requires("descriptors back", TimeSpan.FromSeconds(20), () => ProcessCost.Of(scene.Scene.Tunnel.Pid).Descriptors <= allowed);
        ProcessCost after = ProcessCost.Of(scene.Scene.Tunnel.Pid);
        output.WriteLine($"before: {Text(before)}; after {s_count} reloads: {Text(after)}; {mark}");
        Assert.True(after.ResidentBytes - before.ResidentBytes < 24 << 20, $"before: {Text(before)}; after: {Text(after)}");
        Assert.True(after.Threads.Count <= before.Threads.Count + 2, $"before: {Text(before)}; after: {Text(after)}");
        scene.Scene.StopsCleanly();
    }

    [NamespaceFact]
    public void A_bad_file_changes_nothing_and_the_error_is_told()
    {
        using var scene = new TwoProxies(new TunnelSettings(), "policy: order");
        scene.Start("a");
        scene.Scene.Makes(Bed.ServerAddress, "upload:1:1000");
        string[] wrong =
        [
            "socks5: { port: 0, address: 127.0.0.1 }\n", "tunnel: [\n", "proxies:\n  - port: 1\n", "", "\u0001",
        ];
        foreach (string text in wrong)
        {
            File.WriteAllText(Path.Combine(scene.Scene.Bed.App.Files, "tun0.yml"), text);
            scene.Scene.Tunnel.Signal("HUP");
            scene.Scene.Tunnel.WaitForLine(s_patience, line => line.Contains("everything stays as it was", StringComparison.Ordinal));
            scene.Scene.Makes(Bed.ServerAddress, "upload:1:1000");
        }

        Assert.Contains("proxies[0].address: missing", scene.Scene.Tunnel.Output, StringComparison.Ordinal);
        scene.Scene.StopsCleanly();
    }

    [NamespaceFact]
    public void A_flow_after_the_reload_takes_the_new_proxy_and_the_open_one_keeps_its_own()
    {
        using var scene = new TwoProxies(new TunnelSettings(), "policy: order");
        Child a = scene.Start("a");
        Child b = scene.Start("b");
        Traffic traffic = scene.StartTraffic();
        Assert.Equal(new CrowdAnswer(5, 0, "none"), traffic.Hold(5));
        TunnelSettings alone = scene.Settings with { ProxyPort = 1081, MiscLines = "  limit-nofile: 65535" };
        Reload(scene, alone with { Mtu = 1501 });
        scene.Scene.Makes(Bed.ServerAddress, "upload:3:1000");
        a.Signal("STOP");
        scene.Scene.Makes(Bed.ServerAddress, "upload:3:1000");
        a.Signal("CONT");
        b.Kill();
        Assert.Equal(new CrowdAnswer(5, 0, "none"), traffic.Finish());
    }

    private static void Reload(TwoProxies scene, int number)
    {
        TunnelSettings settings = scene.Settings with
        {
            // A value that a reload cannot change: its line says that the reload is done.
            Mtu = 1501 + (number % 100),
            SocksLines = $"  pool-size: {number % 5}",
            MiscLines = $"  connect-timeout: {5000 + number}\n  tcp-read-write-timeout: {100_000 + number}\n  max-session-count: {10_000 + number}",
            ThreadingLines = $"  max-sessions-per-thread: {5_000 + number}",
            Sections = number % 3 == 0 ? "" : $"""
                bypass:
                  list: 192.0.2.{number % 200}/32,example{number}.test
                mapdns:
                  address: 198.18.0.2
                  network: 100.64.0.0
                  netmask: 255.192.0.0
                  cache-size: {1000 + (number % 7)}
                """,
        };
        Reload(scene, TwoProxies.With(settings, $"policy: {(number % 2 == 0 ? "round-robin" : "least-sessions")}"));
    }

    private static void Reload(TwoProxies scene, TunnelSettings settings)
    {
        scene.Reload(settings);
        scene.Scene.Tunnel.WaitForLine(s_patience, line => line.Contains("wait for the next start: tunnel.mtu", StringComparison.Ordinal));
    }

    private static string Text(ProcessCost cost) => string.Create(
        CultureInfo.InvariantCulture, $"{cost.ResidentBytes / 1e6:0.0} MB, {cost.Descriptors} descriptors, {cost.Threads.Count} threads");
}
