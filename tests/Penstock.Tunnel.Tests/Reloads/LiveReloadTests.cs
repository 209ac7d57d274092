using System;
using System.Net;
using System.Net.Sockets;
using Penstock.Tests;
using Penstock.Tunnel.Configuration;
using Xunit;
using static Penstock.Tunnel.Tests.PacketTun;

namespace Penstock.Tunnel.Tests.Reloads;

/// <summary>A tunnel whose configuration is exchanged, and one with several proxies: datagrams to proxies in the test's hands.</summary>
public sealed class LiveReloadTests
{
    private const string Header = "00000001cb0071011b58"; // 203.0.113.1:7000

    private static readonly IPEndPoint s_server = At("203.0.113.1", 7000);

    [Fact]
    public void A_new_source_takes_the_new_proxy_and_the_old_one_keeps_its_own() => OwnThread.Run(() =>
    {
        using var first = new ScriptedProxy("127.0.0.2");
        using var second = new ScriptedProxy("127.0.0.3");
        using var tun = new PacketTun(first.Options(UdpRelay.Udp));
        tun.Send(At("10.0.0.1", 1), s_server, "a"u8);
        using Socket control = first.Associate();
        first.ExpectAtRelay(Header + "61");

        ReloadReport report = tun.Tunnel.Reload(tun.Tunnel.Options with { Socks5 = second.Options(UdpRelay.Udp).Socks5 });
        Assert.Equal(["socks5.port", "socks5.address"], report.Changed);
        tun.Send(At("10.0.0.1", 2), s_server, "b"u8);
        using Socket other = second.Associate();
        second.ExpectAtRelay(Header + "62");
        tun.Send(At("10.0.0.1", 1), s_server, "c"u8);
        first.ExpectAtRelay(Header + "63");
        Assert.Equal(1, tun.Tunnel.Snapshot().Reloads);
    });

    [Fact]
    public void A_shorter_timeout_counts_for_what_is_open() => OwnThread.Run(() =>
    {
        using var proxy = new ScriptedProxy();
        using var tun = new PacketTun(proxy.Options(UdpRelay.Udp));
        tun.Send(At("10.0.0.1", 1), s_server, "a"u8);
        using Socket control = proxy.Associate();
        proxy.ExpectAtRelay(Header + "61");
        TunnelOptions options = tun.Tunnel.Options;
        tun.Tunnel.Reload(options with { Misc = options.Misc with { UdpReadWriteTimeout = TimeSpan.FromMilliseconds(50) } });
        Assert.Equal(0, control.Receive(new byte[1]));
    });

    [Fact]
    public void A_reload_of_the_same_keeps_proxies_and_their_counters() => OwnThread.Run(() =>
    {
        using var proxy = new ScriptedProxy();
        using var tun = new PacketTun(proxy.Options(UdpRelay.Udp));
        tun.Send(At("10.0.0.1", 1), s_server, "a"u8);
        using Socket control = proxy.Associate();
        proxy.ExpectAtRelay(Header + "61");
        TunnelOptions options = tun.Tunnel.Options;
        for (int mark = 0; mark < 3; mark++)
            tun.Tunnel.Reload(options with { Misc = options.Misc with { MaxSessionCount = 100 + mark }, Socks5 = options.Socks5 with { UdpAddress = mark == 1 ? "127.0.0.9" : null } });
        var statistics = Assert.Single(tun.Tunnel.Snapshot().Proxies);
        Assert.Equal(1, statistics.Opened);
    });

    [Theory]
    [InlineData(ProxyPolicy.Order)]
    [InlineData(ProxyPolicy.RoundRobin)]
    public void Datagrams_go_on_to_a_proxy_that_works(ProxyPolicy policy) => OwnThread.Run(() =>
    {
        var closed = new ScriptedProxy("127.0.0.2");
        Socks5Options gone = closed.Options(UdpRelay.Udp).Socks5;
        closed.Dispose();
        using var proxy = new EchoingProxy();
        using var tun = new PacketTun(new TunnelOptions
        {
            Proxies = new ProxiesOptions
            {
                Policy = policy,
                List =
                [
                    new ProxyEntry("gone", gone),
                    new ProxyEntry("blocks", gone with { Udp = UdpRelay.Block }),
                    new ProxyEntry("well", proxy.Options(UdpRelay.Udp, pool: 0).Socks5),
                ],
            },
        });
        for (int port = 1; port <= 10; port++)
        {
            tun.Send(At("10.0.0.1", port), s_server, "word"u8);
            tun.Expect(s_server, At("10.0.0.1", port), "word"u8);
        }
    });

    [Fact]
    public void No_connections_are_made_ready_at_a_proxy_that_is_gone() => OwnThread.Run(() =>
    {
        var first = new ScriptedProxy();
        using var second = new ScriptedProxy("127.0.0.3");
        using var third = new ScriptedProxy("127.0.0.4");
        Socks5Options pooled = second.Options(UdpRelay.Udp).Socks5 with { PoolSize = 4 };
        using var tun = new PacketTun(Listing(new ProxyEntry("first", first.Options(UdpRelay.Udp).Socks5), new ProxyEntry("second", pooled)));
        tun.Send(At("10.0.0.1", 1), s_server, "a"u8);
        Socket waiting = first.Accept(3);
        tun.Tunnel.Reload(Listing(new ProxyEntry("third", third.Options(UdpRelay.Udp).Socks5)));
        tun.Send(At("10.0.0.1", 2), s_server, "b"u8); // the shard takes the news before it takes this
        using Socket other = third.Associate();
        third.ExpectAtRelay(Header + "62");
        first.Dispose();
        waiting.Dispose();
        // One that is made ready would come before the session's own, and say nothing after its greeting.
        using Socket control = second.Associate();
        second.ExpectAtRelay(Header + "61");
    });

    private static TunnelOptions Listing(params ProxyEntry[] entries) =>
        new()
        {
            Proxies = new ProxiesOptions { Policy = ProxyPolicy.Order, List = entries },
            Threading = new ThreadingOptions { NumWorkers = 1 },
        };
}
