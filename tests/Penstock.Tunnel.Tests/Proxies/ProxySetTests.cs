using System;
using System.Collections.Generic;
using System.Linq;
using Penstock.Tunnel.Configuration;
using Penstock.Tunnel.Proxies;
using Penstock.Tunnel.Shards;
using Penstock.Wire.Ip;
using Xunit;

namespace Penstock.Tunnel.Tests.Proxies;

/// <summary>Who gets a new flow: each policy, with proxies that are up, down, tried, or take no datagrams.</summary>
public sealed class ProxySetTests : IDisposable
{
    private static readonly InetAddress s_app = InetAddress.FromV4(0x0a000001);
    private readonly BlockingWork _work = new(1);

    public void Dispose() => _work.Dispose();

    [Fact]
    public void Order_takes_the_first_that_is_up_and_returns_to_it()
    {
        ProxySet set = Set(ProxyPolicy.Order);
        Assert.Equal("0", Choose(set));
        set.Servers[0].Health.Failed("gone");
        Assert.Equal("1", Choose(set));
        set.Servers[1].Health.Failed("gone");
        Assert.Equal("2", Choose(set));
        set.Servers[0].Health.Passed();
        Assert.Equal("0", Choose(set));
    }

    [Fact]
    public void Round_robin_takes_turns_among_those_that_are_up()
    {
        ProxySet set = Set(ProxyPolicy.RoundRobin);
        Assert.Equal(new Dictionary<string, int> { ["0"] = 100, ["1"] = 100, ["2"] = 100 }, Count(set, 300));
        set.Servers[1].Health.Failed("gone");
        Assert.Equal(new Dictionary<string, int> { ["0"] = 150, ["2"] = 150 }, Count(set, 300));
    }

    [Fact]
    public void Least_sessions_fills_the_emptiest()
    {
        ProxySet set = Set(ProxyPolicy.LeastSessions);
        set.Servers[0].SessionBegins();
        set.Servers[2].SessionBegins();
        Assert.Equal("1", Choose(set));
        set.Servers[1].SessionBegins();
        set.Servers[1].SessionBegins();
        set.Servers[2].SessionEnds();
        Assert.Equal("2", Choose(set));
    }

    [Fact]
    public void A_source_keeps_its_proxy_and_a_failure_moves_the_failed_one_s_sources_alone()
    {
        ProxySet set = Set(ProxyPolicy.HashSource);
        InetAddress[] sources = [.. Enumerable.Range(0, 3000).Select(i => i % 2 == 0
            ? InetAddress.FromV4((uint)(0x0a000000 + i)) : InetAddress.FromV6(0xfd00UL << 48, (ulong)i))];
        string[] before = [.. sources.Select(source => Choose(set, source))];
        Assert.All(before.GroupBy(name => name), group => Assert.InRange(group.Count(), 800, 1200));
        set.Servers[1].Health.Failed("gone");
        for (int i = 0; i < sources.Length; i++)
            Assert.True(before[i] == "1" ? Choose(set, sources[i]) != "1" : Choose(set, sources[i]) == before[i]);
        set.Servers[1].Health.Passed();
        Assert.Equal(before, sources.Select(source => Choose(set, source)));
        Assert.Equal(before, sources.Select(source => Choose(Set(ProxyPolicy.HashSource), source)));
    }

    [Theory]
    [InlineData(ProxyPolicy.Order)]
    [InlineData(ProxyPolicy.RoundRobin)]
    [InlineData(ProxyPolicy.LeastSessions)]
    [InlineData(ProxyPolicy.HashSource)]
    public void A_flow_tries_each_once_those_that_are_up_first(ProxyPolicy policy)
    {
        ProxySet set = Set(policy);
        set.Servers[0].Health.Failed("gone");
        ulong tried = 0;
        var names = new List<string>();
        while (set.Choose(s_app, ref tried) is { } server)
            names.Add(server.Name);
        Assert.Equal("0", names[^1]);
        Assert.Equal(["0", "1", "2"], names.Order());
        Assert.False(set.HasBetter(tried));
    }

    [Fact]
    public void All_down_is_as_good_as_all_up()
    {
        ProxySet set = Set(ProxyPolicy.Order);
        foreach (ProxyServer server in set.Servers)
            server.Health.Failed("gone");
        Assert.Equal("0", Choose(set));
    }

    [Fact]
    public void Datagrams_pass_over_a_proxy_that_takes_none()
    {
        ProxySet set = new([Server("0", UdpRelay.Block), Server("1", UdpRelay.Udp)], ProxyPolicy.Order);
        ulong tried = 0;
        Assert.Equal("1", set.Choose(s_app, ref tried, forDatagrams: true)!.Name);
        Assert.Null(set.Choose(s_app, ref tried, forDatagrams: true));
        Assert.False(set.BlocksDatagrams);
        Assert.True(new ProxySet([Server("0", UdpRelay.Block)], ProxyPolicy.Order).BlocksDatagrams);
    }

    [Fact]
    public void A_single_proxy_is_never_down()
    {
        var server = new ProxyServer(new ProxyEntry("only", new Socks5Options()), 1, _work);
        server.Health.Failed("whatever");
        Assert.True(server.Health.IsUp);
        ulong tried = 0;
        Assert.Same(server, new ProxySet([server], ProxyPolicy.RoundRobin).Choose(s_app, ref tried));
    }

    [Fact]
    public void Each_change_of_health_wakes_the_checker_once()
    {
        int woken = 0;
        var health = new ProxyHealth { Wake = () => woken++ };
        health.Passed();
        Assert.Equal(0, woken);
        health.Failed("a");
        health.Failed("b");
        Assert.Equal((1, "a", false), (woken, health.Reason, health.IsUp));
        Assert.True(health.TakeSuspicion());
        Assert.False(health.TakeSuspicion());
        health.Passed();
        health.Suspect();
        health.Suspect();
        Assert.Equal((3, true), (woken, health.IsUp));
    }

    private static string Choose(ProxySet set) => Choose(set, s_app);

    private static string Choose(ProxySet set, InetAddress source)
    {
        ulong tried = 0;
        return set.Choose(source, ref tried)!.Name;
    }

    private static Dictionary<string, int> Count(ProxySet set, int flows) =>
        Enumerable.Range(0, flows).GroupBy(_ => Choose(set)).OrderBy(group => group.Key).ToDictionary(group => group.Key, group => group.Count());

    private ProxySet Set(ProxyPolicy policy) => new([.. Enumerable.Range(0, 3).Select(i => Server($"{i}", UdpRelay.Udp))], policy);

    private ProxyServer Server(string name, UdpRelay udp)
    {
        var options = new Socks5Options { Address = "192.0.2.1", Port = 1, Udp = udp };
        return new ProxyServer(new ProxyEntry(name, options), shards: 2, _work) { Health = { Wake = () => { } } };
    }
}
