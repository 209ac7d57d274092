using System;
using Penstock.Namespaces.Tests.Scenes;
using Penstock.TestBed;
using Xunit;

namespace Penstock.Namespaces.Tests;

/// <summary>
/// A persistent device with one queue that somebody else made and configured, as networkd or a container's runtime does. The
/// tunnel runs as its owner and without a single capability.
/// </summary>
public sealed class SomebodyElsesDevice
{
    private static readonly string[] NoCapabilities = ["--bounding-set=-all", "--inh-caps=-all", "--"];

    [NamespaceTheory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3)]
    public void Its_owner_needs_no_capability_and_leaves_it_as_it_was(int shards)
    {
        using var scene = new Scene(ProxyChoice.Embedded);
        scene.Bed.App.Ip(
            "tuntap add dev tun0 mode tun user 0",
            "link set tun0 mtu 1500",
            $"addr add {Bed.TunAddress}/32 dev tun0",
            $"addr add {Bed.TunAddress6}/128 dev tun0",
            "link set tun0 up");
        TunnelCommand tunnel = TunnelCommand.UnderTest();
        scene.StartTunnel(
            new TunnelSettings { Shards = shards },
            tunnel with { Program = "setpriv", Arguments = [.. NoCapabilities, tunnel.Program, .. tunnel.Arguments] });

        scene.Makes(Bed.ServerAddress, "upload:4", "download:4", "both:2");
        scene.Makes(Bed.ServerAddress6, "upload:4", "download:4", "both:2");
        scene.Tunnel.Signal("TERM");
        Assert.True(scene.Tunnel.WaitForExit(TimeSpan.FromSeconds(10)) && scene.Tunnel.Status == 0, scene.Tunnel.Output);
        Assert.True(scene.Bed.App.HasInterface("tun0"));
    }

    [NamespaceFact]
    public void What_it_may_not_change_is_told_with_what_to_do()
    {
        using var scene = new Scene(ProxyChoice.Embedded);
        scene.Bed.App.Ip("tuntap add dev tun0 mode tun user 0", "link set tun0 mtu 1400 up");
        TunnelCommand tunnel = TunnelCommand.UnderTest();
        string configuration = scene.Bed.WriteConfiguration(new TunnelSettings());
        CommandResult result = scene.Bed.App.Try("setpriv", [.. NoCapabilities, tunnel.Program, .. tunnel.Arguments, configuration]);
        Assert.Equal(254, result.Status);
        Assert.Contains("MTU 1500", result.Errors, StringComparison.Ordinal);
        Assert.Contains("1400", result.Errors, StringComparison.Ordinal);
    }
}
