using Penstock.Namespaces.Tests.Scenes;
using Penstock.TestBed;
using Xunit;

namespace Penstock.Namespaces.Tests;

/// <summary>What ping, traceroute and routers send through a TUN device, and what the kernel makes of the answers.</summary>
public sealed class IcmpThroughTheKernel
{
    private const string Sizes = "0 1 56 57 1452 1472 1473 4000 20000";

    [NamespaceTheory]
    [InlineData(1500, "auto")]
    [InlineData(1280, "off")]
    public void An_echo_of_any_size_is_answered_when_replies_are_on(int mtu, string offload)
    {
        using var scene = new Scene(
            new TunnelSettings { Mtu = mtu, Offload = offload, TunnelLines = "  icmp: reply" }, ProxyChoice.Embedded);
        scene.Sends("icmp-echo", Bed.ServerAddress, Sizes.Split(' '));
        scene.Sends("icmp-echo", Bed.ServerAddress6, Sizes.Split(' '));
        scene.StopsCleanly();
    }

    [NamespaceTheory]
    [InlineData(Bed.ServerAddress)]
    [InlineData(Bed.ServerAddress6)]
    public void A_probe_whose_time_to_live_is_one_is_told_so(string address)
    {
        using var scene = new Scene(new TunnelSettings(), ProxyChoice.Embedded);
        scene.Sends("icmp-hop", address, "33434");
    }

    [NamespaceFact]
    public void A_datagram_whose_fragments_stay_away_is_given_up_and_its_sender_told()
    {
        using var scene = new Scene(new TunnelSettings(), ProxyChoice.Embedded);
        scene.Sends("icmp-fragment", Bed.ServerAddress, "7100");
    }

    /// <summary>In IPv4 the host behind the device cuts what is too big: no packet of the tunnel forbids it.</summary>
    [NamespaceTheory]
    [InlineData("auto", Bed.ServerAddress)]
    [InlineData("auto", Bed.ServerAddress6)]
    [InlineData("off", Bed.ServerAddress6)]
    public void A_client_behind_a_link_of_a_smaller_MTU_gets_its_text(string offload, string address)
    {
        using var scene = new Scene(new TunnelSettings { Offload = offload }, ProxyChoice.Embedded);
        using var network = new LocalNetwork(scene.Bed);
        scene.Bed.App.Ip("link set lan0 mtu 1280");
        scene.Makes(network.Client, address, "download:2:1000000");
        Assert.InRange(scene.Statistic("tcp", "timeouts"), 0, 1);
    }

    /// <summary>The first datagram that is too large is lost, and the path known from then on.</summary>
    [NamespaceTheory]
    [InlineData("auto", 0, Bed.ServerAddress)]
    [InlineData("auto", 0, Bed.ServerAddress6)]
    [InlineData("auto", 3, Bed.ServerAddress6)]
    [InlineData("off", 0, Bed.ServerAddress6)]
    public void A_client_behind_a_link_of_a_smaller_MTU_gets_datagrams_of_any_size(string offload, int shards, string address)
    {
        using var scene = new Scene(new TunnelSettings { Offload = offload, Shards = shards }, ProxyChoice.Embedded);
        scene.StartDatagramServer();
        using var network = new LocalNetwork(scene.Bed);
        scene.Bed.App.Ip("link set lan0 mtu 1280");
        network.Client.Ip("link set lan0 mtu 1280");
        scene.Exchanges(network.Client, "udp-sizes", address, "1", "1232", "1233", "1452", "1453", "20000");
        scene.Exchanges(network.Client, "udp-burst", address, "1452", "50");
        scene.StopsCleanly();
    }

    /// <summary>Of a super-packet the kernel forwards all datagrams or none, and quotes its beginning.</summary>
    [NamespaceTheory]
    [InlineData("auto")]
    [InlineData("off")]
    public void A_client_behind_a_link_of_a_smaller_MTU_gets_datagrams_in_a_row(string offload)
    {
        using var scene = new Scene(new TunnelSettings { Offload = offload }, ProxyChoice.Embedded);
        scene.StartDatagramServer();
        using var network = new LocalNetwork(scene.Bed);
        scene.Bed.App.Ip("link set lan0 mtu 1280");
        network.Client.Ip("link set lan0 mtu 1280");
        scene.Exchanges(network.Client, "udp-burst", Bed.ServerAddress6, "1452", "50");
        scene.StopsCleanly();
    }
}
