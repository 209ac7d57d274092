using System;
using System.Linq;
using System.Net;
using System.Threading;
using Penstock.Tests;
using Penstock.Tunnel.Configuration;
using Xunit;
using static Penstock.Tunnel.Tests.PacketTun;

namespace Penstock.Tunnel.Tests.Proxies;

/// <summary>Real proxies that are checked by a tunnel.</summary>
public sealed class ProxyCheckTests
{
    private static readonly IPEndPoint s_server = At("203.0.113.1", 7000);

    [Theory]
    [InlineData(0)]
    [InlineData(3_600_000)]
    public void A_proxy_is_checked_once_until_the_interval_has_passed(int interval) => OwnThread.Run(() =>
    {
        const int Flows = 200;
        using EchoingProxy one = new(), other = new();
        using var tun = new PacketTun(Options(one, other, interval));
        SpinWait.SpinUntil(() => one.Greetings > 0 && other.Greetings > 0);
        for (int port = 1; port <= Flows; port++)
        {
            tun.Send(At("10.0.0.1", port), s_server, "word"u8);
            tun.Expect(s_server, At("10.0.0.1", port), "word"u8);
        }
        Assert.Equal((Flows / 2, Flows / 2), (one.Grants, other.Grants));
        Assert.Equal((one.Grants + 1, other.Grants + 1), (one.Greetings, other.Greetings));
    });

    [Fact]
    public void And_again_after_it() => OwnThread.Run(() =>
    {
        using EchoingProxy one = new(), other = new();
        using var tun = new PacketTun(Options(one, other, 10));
        SpinWait.SpinUntil(() => one.Greetings >= 5 && other.Greetings >= 5);
    });

    private static TunnelOptions Options(EchoingProxy one, EchoingProxy other, int interval)
    {
        ProxyEntry[] list = [.. new[] { one, other }.Select((proxy, i) => new ProxyEntry($"{i}", proxy.Options(UdpRelay.Udp, pool: 0).Socks5))];
        return one.Options(UdpRelay.Udp, pool: 0) with
        {
            Proxies = new ProxiesOptions
            {
                List = list,
                Policy = ProxyPolicy.RoundRobin,
                CheckInterval = TimeSpan.FromMilliseconds(interval),
                CheckTimeout = TimeSpan.FromHours(1),
            },
        };
    }
}
