using System;
using Penstock.Namespaces.Tests.Scenes;
using Penstock.TestBed;
using Xunit;

namespace Penstock.Namespaces.Tests;

/// <summary>Packets whose senders want nothing but the tunnel's memory, descriptors and time.</summary>
public sealed class Floods
{
    [NamespaceFact]
    public void Syns_from_nobody_take_neither_descriptors_nor_sessions_from_the_living()
    {
        const int Descriptors = 1200;
        using var scene = new Scene(new TunnelSettings { MiscLines = $"  limit-nofile: {Descriptors}" }, ProxyChoice.None);
        scene.StartOddProxy("Echo");
        Crowd crowd = scene.StartCrowd();
        Assert.Equal(new CrowdAnswer(100, 0, "none"), crowd.Open(100));
        using Child flood = scene.StartFlood(20_000);
        Assert.True(flood.WaitForExit(TimeSpan.FromSeconds(30)) && flood.Status == 0, flood.Output);
        Assert.Equal(new CrowdAnswer(100, 0, "none"), crowd.Echo());
        Assert.Equal(new CrowdAnswer(100, 0, "none"), crowd.Open(100));
        Assert.Equal(new CrowdAnswer(200, 0, "none"), crowd.Echo());
        Assert.True(scene.Sockets() < (Descriptors / 2) + 300, $"{scene.Sockets()} sockets after the flood");
        Assert.Contains("half-open", scene.Tunnel.Output, StringComparison.Ordinal);
        scene.StopsCleanly();
    }
}
