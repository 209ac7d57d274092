using System;
using Penstock.Namespaces.Tests.Scenes;
using Penstock.TestBed;
using Xunit;

namespace Penstock.Namespaces.Tests;

/// <summary>Connections that stand ready: never more than the bound, never a dead one.</summary>
public sealed class WarmConnections
{
    private const int ProxyPort = 1080;
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(10);

    [NamespaceTheory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(6)]
    public void No_more_stand_ready_than_the_bound_says(int bound)
    {
        using var scene = new Scene(new TunnelSettings { SocksLines = $"  pool-size: {bound}" }, ProxyChoice.Microsocks);
        scene.Makes(Bed.ServerAddress, "upload:30:1000", "upload:30:1000", "connect:30");
        // Only those without a flow are left when the moves are done.
        Eventually.Requires($"{bound} connections", s_patience, () => Standing(scene) == bound, () => $"there are {Standing(scene)}");
        scene.Makes(Bed.ServerAddress, "upload:30:1000");
        Eventually.Requires($"{bound} connections", s_patience, () => Standing(scene) == bound, () => $"there are {Standing(scene)}");
        scene.StopsCleanly();
        Assert.Equal(0, Standing(scene));
    }

    [NamespaceFact]
    public void One_that_has_ended_is_not_handed_out()
    {
        using var scene = new Scene(new TunnelSettings { SocksLines = "  pool-size: 6" }, ProxyChoice.Microsocks);
        Child proxy = scene.Proxy!;
        for (int i = 0; i < 3; i++)
        {
            // After a failure no more are opened for a second, and then with the flows that come.
            Eventually.Requires("6 connections", s_patience, () =>
            {
                scene.Makes(Bed.ServerAddress, "upload:10:1000");
                return Eventually.Holds(TimeSpan.FromMilliseconds(300), () => Standing(scene) == 6);
            });
            proxy.Kill();
            proxy = scene.StartProxy(ProxyChoice.Microsocks);
            scene.Makes(Bed.ServerAddress, "upload:1:1000", "upload:10:1000");
        }
        scene.StopsCleanly();
    }

    [NamespaceTheory]
    [InlineData("pipeline: true")]
    [InlineData("tcp-fastopen: true")]
    public void They_serve_whatever_else_the_proxy_is_told(string key)
    {
        using var scene = new Scene(new TunnelSettings { SocksLines = $"  {key}" }, ProxyChoice.Embedded);
        scene.Makes(Bed.ServerAddress, "upload:20:1000", "both:20:100000", "upload:20:1000");
    }

    private static int Standing(Scene scene) =>
        scene.Bed.App.Run("ss", "-Htn", "state", "established", $"dport = :{ProxyPort}").Split('\n', StringSplitOptions.RemoveEmptyEntries).Length;
}
