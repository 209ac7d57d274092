using System;
using Penstock.Namespaces.Tests.Scenes;
using Penstock.TestBed;
using Xunit;

namespace Penstock.Namespaces.Tests;

/// <summary>Faults while data moves: the proxy dies, descriptors or memory run out, flows fall silent.</summary>
public sealed class RelayFaults
{
    private const long Endless = 1L << 40;

    [NamespaceTheory]
    [InlineData("upload")]
    [InlineData("download")]
    public void A_proxy_killed_in_mid_transfer_ends_the_client_and_not_the_tunnel(string move)
    {
        using var scene = new Scene(new TunnelSettings(), ProxyChoice.Microsocks);
        using Child client = scene.StartMoves(scene.Bed.App, Bed.ServerAddress, $"{move}:4:{Endless}");
        scene.WaitUntilCarried(20_000_000);
        scene.Proxy!.Kill();
        Assert.True(client.WaitForExit(TimeSpan.FromSeconds(10)), "the client still waits for a proxy that is gone");
        Assert.Contains("failed", client.Output, StringComparison.Ordinal);
        scene.StartProxy(ProxyChoice.Microsocks);
        scene.Makes(Bed.ServerAddress, "upload", "download");
    }

    [NamespaceFact]
    public void When_descriptors_run_out_further_connects_fail_and_the_open_ones_go_on()
    {
        using var scene = new Scene(new TunnelSettings { MiscLines = "  limit-nofile: 300" }, ProxyChoice.None);
        scene.StartOddProxy("Echo");
        Crowd first = scene.StartCrowd();
        Assert.Equal(new CrowdAnswer(100, 0, "none"), first.Open(100));
        Crowd second = scene.StartCrowd();
        CrowdAnswer many = second.Open(500);
        Assert.True(many is { Done: < 250, Failed: > 250, Error: not "Watchdog" }, $"{many}");
        Assert.Equal(new CrowdAnswer(100, 0, "none"), first.Echo());
        Assert.Equal(new CrowdAnswer(many.Done, 0, "none"), second.Echo());

        second.Close();
        Eventually.Requires(
            "descriptors given back", TimeSpan.FromSeconds(10), () => ProcessCost.Of(scene.Tunnel.Pid).Descriptors < 200);
        Assert.Equal(new CrowdAnswer(50, 0, "none"), second.Open(50));
        Assert.Equal(new CrowdAnswer(50, 0, "none"), second.Echo());
    }

    [NamespaceFact]
    public void At_the_memory_budget_flows_slow_down_and_all_bytes_arrive()
    {
        using var scene = new Scene(new TunnelSettings { MiscLines = "  memory-budget: 16M" }, ProxyChoice.Embedded);
        scene.Makes(Bed.ServerAddress, "upload");
        long before = ProcessCost.Of(scene.Tunnel.Pid).ResidentBytes;
        using Child client = scene.StartMoves(scene.Bed.App, Bed.ServerAddress, $"both:100:{2 << 20}");
        long most = 0;
        Eventually.Requires("the moves done", TimeSpan.FromSeconds(60), () =>
        {
            most = Math.Max(most, ProcessCost.Of(scene.Tunnel.Pid).ResidentBytes);
            return client.HasExited;
        });
        Assert.True(client.Status == 0, client.Output);
        Assert.True(most - before < 64 << 20, $"resident memory grew by {(most - before) >> 20} MB under a budget of 16 MB");
    }

    [NamespaceFact]
    public void Uploads_that_nobody_reads_hold_all_memory_and_others_are_served_all_the_same()
    {
        using var scene = new Scene(new TunnelSettings { MiscLines = "  memory-budget: 4M" }, ProxyChoice.None);
        scene.StartOddProxy("DeafForOddPorts");
        long before = ProcessCost.Of(scene.Tunnel.Pid).ResidentBytes;
        using Child hoarders = scene.StartHoarders(150);
        Eventually.Requires(
            "the budget spent", TimeSpan.FromSeconds(30), () => scene.Tunnel.Output.Contains("memory budget", StringComparison.Ordinal));
        Crowd crowd = scene.StartCrowd();
        for (int i = 0; i < 3; i++)
            Assert.Equal(new CrowdAnswer(50 * i + 50, 0, "none"), OpenAndEcho(crowd));
        long grown = ProcessCost.Of(scene.Tunnel.Pid).ResidentBytes - before;
        Assert.True(grown < 64 << 20, $"resident memory grew by {grown >> 20} MB under a budget of 4 MB");
        scene.StopsCleanly();
    }

    private static CrowdAnswer OpenAndEcho(Crowd crowd)
    {
        Assert.Equal(new CrowdAnswer(50, 0, "none"), crowd.Open(50));
        return crowd.Echo();
    }

    [NamespaceFact]
    public void Nine_thousand_flows_silent_for_ten_seconds_are_still_themselves()
    {
        var settings = new TunnelSettings { ThreadingLines = "  enable-load-balancing: true", Shards = 2 };
        using var scene = new Scene(settings, ProxyChoice.None);
        scene.StartOddProxy("Echo");
        Crowd crowd = scene.StartCrowd();
        Assert.Equal(new CrowdAnswer(9_000, 0, "none"), crowd.Open(9_000));
        Assert.Equal(new CrowdAnswer(9_000, 0, "none"), crowd.Echo());

        // The kernel forgets which queue a flow belongs to after some seconds of silence: only real time shows what then happens.
        System.Threading.Thread.Sleep(TimeSpan.FromSeconds(10));
        Assert.Equal(new CrowdAnswer(9_000, 0, "none"), crowd.Echo());
    }
}
