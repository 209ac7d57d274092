using Penstock.Namespaces.Tests.Scenes;
using Penstock.TestBed;
using Xunit;

namespace Penstock.Namespaces.Tests;

/// <summary>A client behind a link that takes its time and does what radio links do; the kernel's TCP at its other end.</summary>
public sealed class MovesOverBadLinks
{
    private const int Megabyte = 1 << 20;

    [LinkTheory]
    [InlineData("10000 early=50")]
    [InlineData("10000 jitter=3000")]
    public void What_is_overtaken_is_not_lost(string link)
    {
        using var scene = new Scene(new TunnelSettings { Offload = "off" }, ProxyChoice.Embedded);
        using var network = new LocalNetwork(scene.Bed, link);
        scene.Makes(network.Client, Bed.ServerAddress, $"download:2:{4 * Megabyte}", $"both:2:{Megabyte}");
        Assert.NotEqual(0, scene.Statistic("tcp", "spurious losses"));
    }

    [LinkTheory]
    [InlineData("5000 loss=10")]
    [InlineData("2000 loss=20 jitter=1000 rate=50 queue=50")]
    public void What_is_lost_arrives_all_the_same(string link)
    {
        using var scene = new Scene(new TunnelSettings(), ProxyChoice.Embedded);
        using var network = new LocalNetwork(scene.Bed, link);
        scene.Makes(
            network.Client, Bed.ServerAddress6, $"upload:2:{Megabyte}", $"download:2:{Megabyte}", $"both:2:{Megabyte}", "half-close:2:100000", "end-first:2:100000");
        Assert.NotEqual(0, scene.Statistic("tcp", "retransmissions"));
    }
}
