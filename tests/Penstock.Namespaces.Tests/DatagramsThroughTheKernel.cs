using System;
using System.Text.RegularExpressions;
using Penstock.Namespaces.Tests.Scenes;
using Penstock.TestBed;
using Xunit;

namespace Penstock.Namespaces.Tests;

/// <summary>Datagrams from the kernel's sockets through a TUN device, a tunnel process and a proxy process, and back.</summary>
public sealed class DatagramsThroughTheKernel
{
    private const string Sizes = "0 1 1472 1491 8192 20000 ";

    /// <summary>In `udp` mode the header of SOCKS shares the relay's datagram: 65 507 less 10 bytes, or 22 for IPv6.</summary>
    [NamespaceTheory]
    [InlineData(1280, "udp", ProxyChoice.Embedded, "65497", "65485")]
    [InlineData(1500, "udp", ProxyChoice.Dante, "65497", "65485")]
    [InlineData(8500, "udp", ProxyChoice.Embedded, "65497", "65485")]
    [InlineData(1280, "tcp", ProxyChoice.Embedded, "65497 65507", "65497 65507")]
    [InlineData(1500, "tcp", ProxyChoice.Embedded, "65497 65507", "65497 65507")]
    [InlineData(8500, "tcp", ProxyChoice.Embedded, "65497 65507", "65497 65507")]
    public void Every_size_comes_back_whole_and_answers_from_elsewhere_arrive(
        int mtu, string way, ProxyChoice proxy, string largest, string largest6)
    {
        using var scene = new Scene(new TunnelSettings { Mtu = mtu, Udp = way }, proxy);
        scene.StartDatagramServer();
        scene.Exchanges("udp-all", Bed.ServerAddress, (Sizes + largest).Split(' '));
        scene.Exchanges("udp-all", Bed.ServerAddress6, (Sizes + largest6).Split(' '));
        scene.StopsCleanly();
    }

    [NamespaceTheory]
    [InlineData("udp", 0)]
    [InlineData("tcp", 3)]
    public void Many_sources_are_answered_on_any_number_of_shards(string way, int shards)
    {
        using var scene = new Scene(new TunnelSettings { Udp = way, Shards = shards }, ProxyChoice.Embedded);
        scene.StartDatagramServer();
        scene.Exchanges("udp-crowd", Bed.ServerAddress, "600");
        scene.Exchanges("udp-crowd", Bed.ServerAddress6, "100");
    }

    [NamespaceTheory]
    [InlineData("udp")]
    [InlineData("tcp")]
    public void A_socket_s_datagrams_find_the_proxy_s_successor(string way)
    {
        using var scene = new Scene(new TunnelSettings { Udp = way }, ProxyChoice.Embedded);
        scene.StartDatagramServer();
        Child talk = scene.StartConversation(Bed.ServerAddress);
        Assert.Equal("ok", Say(talk, "before"));
        scene.Proxy!.Kill();
        scene.StartProxy(ProxyChoice.Embedded);
        Assert.Equal("ok", Say(talk, "after"));
    }

    [NamespaceTheory]
    [InlineData("udp")]
    [InlineData("auto")]
    [InlineData("block")]
    public void Without_a_relay_the_socket_is_told(string way)
    {
        using var scene = new Scene(new TunnelSettings { Udp = way }, ProxyChoice.Microsocks);
        scene.Exchanges("udp-refused", Bed.ServerAddress, "5", "ConnectionRefused");
        scene.Exchanges("udp-refused", Bed.ServerAddress6, "5", "ConnectionRefused");
        Assert.Equal(way == "block" ? 0 : 1, Regex.Count(scene.Tunnel.Output, "datagrams are not relayed"));
    }

    [NamespaceFact]
    public void A_datagram_too_large_for_the_relay_is_refused_not_cut()
    {
        using var scene = new Scene(new TunnelSettings { Udp = "udp" }, ProxyChoice.Embedded);
        scene.StartDatagramServer();
        scene.Exchanges("udp-refused", Bed.ServerAddress, "65498", "MessageSize");
        scene.Exchanges("udp-refused", Bed.ServerAddress6, "65486", "MessageSize");
    }

    [NamespaceFact]
    public void Names_are_mapped_over_udp_and_tcp_and_reached_by_their_mapped_addresses()
    {
        const string Section = """
            mapdns:
              address: 10.20.0.53
              address6: 'fd20::53'
              network: 10.20.128.0
              netmask: 255.255.128.0
              network6: 'fd20::1:0:0'
              prefix6: 96
              cache-size: 1000
            """;
        using var scene = new Scene(new TunnelSettings { Udp = "udp", Sections = Section }, ProxyChoice.Embedded);
        scene.StartDatagramServer();
        string mapped = scene.Digs("@10.20.0.53", "localhost", "A");
        Assert.Equal("10.20.128.0", mapped);
        Assert.Equal(mapped, scene.Digs("@fd20::53", "LocalHost", "A"));
        Assert.Equal(mapped, scene.Digs("@10.20.0.53", "+tcp", "localhost", "A"));
        Assert.Equal("10.20.128.1", scene.Digs("@10.20.0.53", "+tcp", "other.example", "A"));
        Assert.Equal("fd20::1:0:0", scene.Digs("@10.20.0.53", "localhost", "AAAA"));
        Assert.Equal("localhost.", scene.Digs("@10.20.0.53", "-x", mapped));
        scene.Makes(mapped, "both:2:100000");
        scene.Exchanges("udp-sizes", mapped, "10", "4000");
        scene.Sends("dns-super", "10.20.0.53", "53");
        scene.Sends("dns-super", "fd20::53", "53");
        scene.StopsCleanly();
    }

    private static string Say(Child talk, string word)
    {
        talk.Write(word);
        return talk.WaitForLine(TimeSpan.FromSeconds(30), _ => true);
    }
}
