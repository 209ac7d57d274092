using Penstock.Namespaces.Tests.Scenes;
using Penstock.TestBed;
using Xunit;

namespace Penstock.Namespaces.Tests;

/// <summary>A client behind the tunnel's host; packets are lost between the two, in both directions.</summary>
public sealed class MovesWithLoss
{
    private const int Megabyte = 1 << 20;
    private const int Enough = 6;
    private const int MostRounds = 12;

    [NamespaceTheory]
    [InlineData("auto", 20, Bed.ServerAddress)]
    [InlineData("off", 20, Bed.ServerAddress)]
    [InlineData("off", 50, Bed.ServerAddress6)]
    public void What_is_lost_is_sent_again(string offload, int lostOfThousand, string address)
    {
        using var scene = new Scene(new TunnelSettings { Offload = offload }, ProxyChoice.Embedded);
        using var network = new LocalNetwork(scene.Bed);
        scene.Makes(network.Client, address, "upload:1:100000");
        network.Lose(lostOfThousand);
        // Super-packets are few, and chance decides which of them are lost: until there were some in each direction.
        long fromTunnel = 0, toTunnel = 0;
        for (int round = 0; round < MostRounds && (fromTunnel < Enough || toTunnel < Enough); round++)
        {
            scene.Makes(
                network.Client, address, $"upload:3:{4 * Megabyte}", $"download:3:{4 * Megabyte}", $"both:4:{Megabyte}", "upload:2:1500:1");
            (fromTunnel, toTunnel) = network.Lost();
        }
        Assert.True(fromTunnel >= Enough && toTunnel >= Enough, $"hardly anything was lost: {fromTunnel} and {toTunnel} packets");
    }
}
