using System;
using Penstock.Namespaces.Tests.Scenes;
using Penstock.TestBed;
using Xunit;

namespace Penstock.Namespaces.Tests;

/// <summary>Somebody else takes the TUN device down, or away.</summary>
public sealed class DeviceFaults
{
    [NamespaceFact]
    public void Down_and_up_again_data_moves_again()
    {
        using var scene = new Scene(new TunnelSettings(), ProxyChoice.None);
        scene.StartOddProxy("Echo");
        Crowd crowd = scene.StartCrowd();
        Assert.Equal(new CrowdAnswer(20, 0, "none"), crowd.Open(20));
        for (int i = 0; i < 3; i++)
        {
            scene.Bed.App.Ip("link set tun0 down", "link set tun0 up");
            scene.Bed.RouteThrough("tun0");
        }

        Assert.Equal(new CrowdAnswer(20, 0, "none"), crowd.Echo());
        Assert.Equal(new CrowdAnswer(20, 0, "none"), crowd.Open(20));
        Assert.Equal(new CrowdAnswer(40, 0, "none"), crowd.Echo());
        scene.StopsCleanly();
    }

    [NamespaceFact]
    public void Renamed_it_goes_on_and_is_taken_down_under_its_new_name()
    {
        using var scene = new Scene(new TunnelSettings(), ProxyChoice.None);
        scene.StartOddProxy("Echo");
        Crowd crowd = scene.StartCrowd();
        Assert.Equal(new CrowdAnswer(20, 0, "none"), crowd.Open(20));
        scene.Bed.App.Ip("link set tun0 down", "link set tun0 name other7", "link set other7 up");
        scene.Bed.RouteThrough("other7");

        Assert.Equal(new CrowdAnswer(20, 0, "none"), crowd.Echo());
        Assert.Equal(new CrowdAnswer(20, 0, "none"), crowd.Open(20));
        scene.StopsCleanly();
        Assert.False(scene.Bed.App.HasInterface("other7"));
    }

    [NamespaceFact]
    public void Deleted_it_ends_the_tunnel_with_an_error()
    {
        using var scene = new Scene(new TunnelSettings(), ProxyChoice.None);
        scene.StartOddProxy("Echo");
        Assert.Equal(new CrowdAnswer(20, 0, "none"), scene.StartCrowd().Open(20));
        scene.Bed.App.Ip("link del tun0");
        Assert.True(scene.Tunnel.WaitForExit(TimeSpan.FromSeconds(10)), $"it runs on without a device:\n{scene.Tunnel.Output}");
        Assert.NotEqual(0, scene.Tunnel.Status);
        Assert.Contains("tun0", scene.Tunnel.Output, StringComparison.Ordinal);
    }
}
