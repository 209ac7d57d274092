using System.Net;
using System.Threading;
using Penstock.Tests;
using Penstock.Tunnel.Configuration;
using Xunit;
using static Penstock.Tunnel.Tests.PacketTun;

namespace Penstock.Tunnel.Tests.Reloads;

/// <summary>Limits that a reload lowers: the surplus goes, the least recently active first.</summary>
public sealed class LimitReloadTests
{
    private const int Sources = 150;

    private static readonly IPEndPoint s_server = At("203.0.113.1", 7000);

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void The_surplus_over_the_tunnel_s_limit_goes_without_a_new_session(int shards) => OwnThread.Run(() =>
    {
        using var proxy = new EchoingProxy();
        using PacketTun tun = Crowded(proxy, shards);
        TunnelOptions options = tun.Tunnel.Options;
        tun.Tunnel.Reload(options with { Misc = options.Misc with { MaxSessionCount = 7 } });
        AwaitOpen(tun, 7);
        Assert.Equal(Sources - 7, tun.Tunnel.Snapshot().Sum(s => s.Counters.SessionsEvicted));
        for (int port = Sources - 6; port <= Sources; port++)
            Exchange(tun, port);
        Assert.Equal(Sources, tun.Tunnel.Snapshot().Sum(s => s.Counters.UdpSessionsOpened));
    });

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void The_surplus_over_a_shard_s_limit_goes_without_a_new_session(int shards) => OwnThread.Run(() =>
    {
        using var proxy = new EchoingProxy();
        using PacketTun tun = Crowded(proxy, shards);
        TunnelOptions options = tun.Tunnel.Options;
        tun.Tunnel.Reload(options with { Threading = options.Threading with { MaxSessionsPerThread = 4 } });
        AwaitOpen(tun, 4 * shards);
        Assert.All(tun.Tunnel.Snapshot().Shards, shard => Assert.Equal(4, shard.Counters.UdpSessionsOpen));
    });

    private static PacketTun Crowded(EchoingProxy proxy, int shards)
    {
        TunnelOptions options = proxy.Options(UdpRelay.Tcp, pool: 0);
        PacketTun tun = new(options with { Threading = new ThreadingOptions { NumWorkers = shards } });
        for (int port = 1; port <= Sources; port++)
            Exchange(tun, port);
        return tun;
    }

    private static void Exchange(PacketTun tun, int port)
    {
        tun.Send(At("10.0.0.1", port), s_server, "word"u8);
        tun.Expect(s_server, At("10.0.0.1", port), "word"u8);
    }

    private static void AwaitOpen(PacketTun tun, int open)
    {
        while (tun.Tunnel.Snapshot().Sum(s => s.Counters.UdpSessionsOpen) > open)
            Thread.Yield(); // the watchdog ends a wait in vain
        Assert.Equal(open, tun.Tunnel.Snapshot().Sum(s => s.Counters.UdpSessionsOpen));
    }
}
