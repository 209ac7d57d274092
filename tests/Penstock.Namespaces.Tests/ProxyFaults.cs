using System;
using System.Diagnostics;
using Penstock.Namespaces.Tests.Scenes;
using Penstock.TestBed;
using Xunit;
using Xunit.Abstractions;

namespace Penstock.Namespaces.Tests;

/// <summary>One of two proxies dies and comes back, or falls silent, while 200 connections a second are made.</summary>
public sealed class ProxyFaults(ITestOutputHelper output)
{
    private const int Rate = 200;
    private const int Trickles = 20;

    [NamespaceTheory]
    [InlineData("round-robin")]
    [InlineData("least-sessions")]
    public void A_killed_proxy_costs_new_flows_a_second_at_most_and_comes_back_within_five(string policy)
    {
        using var scene = new TwoProxies(new TunnelSettings(), $"policy: {policy}");
        scene.Start("b");
        scene.WaitUntil("a", isUp: false);
        Traffic traffic = scene.StartTraffic();
        Assert.Equal(new CrowdAnswer(Trickles, 0, "none"), traffic.Hold(Trickles));
        Child a = scene.Start("a");
        scene.WaitUntil("a", isUp: true);
        traffic.Begin(Rate);
        Assert.Equal("none", traffic.Next(2 * Rate).Error);

        a.Kill();
        TrafficMark after = traffic.Next(3 * Rate);
        output.WriteLine($"killed: {after}");
        Assert.True(after.Failed == 0 || after.Last < 1000, $"new flows fail too long after the kill: {after}");
        Assert.True(after.Failed < Rate / 4, $"more than the flows of the proxy that was killed: {after}");
        Assert.Equal(0, traffic.Next(Rate).Failed);

        long before = scene.Ask("a").Opened;
        scene.Start("a");
        var watch = Stopwatch.StartNew();
        Eventually.Requires("a back in rotation", TimeSpan.FromSeconds(5), () => scene.Ask("a").Opened > before, () => scene.Scene.Tunnel.Output);
        output.WriteLine($"back after {watch.Elapsed.TotalSeconds:0.00} s");
        Assert.Equal(0, traffic.Next(Rate).Failed);
        Assert.Equal(new CrowdAnswer(Trickles, 0, "none"), traffic.Finish());
        scene.Scene.StopsCleanly();
    }

    [NamespaceFact]
    public void A_proxy_that_falls_silent_costs_new_flows_a_wait_and_no_failure()
    {
        using var scene = new TwoProxies(new TunnelSettings(), "policy: round-robin");
        scene.Start("b");
        Child a = scene.Start("a");
        scene.WaitUntil("a", isUp: true);
        scene.WaitUntil("b", isUp: true);
        Traffic traffic = scene.StartTraffic();
        traffic.Begin(Rate);
        Assert.Equal("none", traffic.Next(2 * Rate).Error);

        a.Signal("STOP");
        var watch = Stopwatch.StartNew();
        scene.WaitUntil("a", isUp: false);
        output.WriteLine($"found silent after {watch.Elapsed.TotalSeconds:0.00} s");
        // What was open on it waits. What waited for it has gone elsewhere, and nothing more goes there.
        long failed = scene.Ask("a").Failed;
        TrafficMark after = traffic.Next(2 * Rate);
        output.WriteLine($"stopped: {after}");
        Assert.Equal((0, failed), (after.Failed, scene.Ask("a").Failed));
        a.Signal("CONT");
        Eventually.Requires("a back in rotation", TimeSpan.FromSeconds(5), () => scene.Ask("a").IsUp);
        traffic.Finish();
    }
}
