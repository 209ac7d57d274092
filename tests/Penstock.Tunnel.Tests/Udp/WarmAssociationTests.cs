using System.Net;
using Penstock.Tests;
using Penstock.Tunnel.Configuration;
using Xunit;
using static Penstock.Tunnel.Tests.PacketTun;

namespace Penstock.Tunnel.Tests.Udp;

/// <summary>Associations that stand ready: real sockets, a proxy that grants everything until it is told to be silent.</summary>
public sealed class WarmAssociationTests
{
    private static readonly IPEndPoint s_server = At("203.0.113.1", 7000);

    [Theory]
    [InlineData(UdpRelay.Udp)]
    [InlineData(UdpRelay.Tcp)]
    public void The_next_source_needs_no_word_of_the_proxy(UdpRelay way) => OwnThread.Run(() =>
    {
        using var proxy = new EchoingProxy();
        using var tun = new PacketTun(proxy.Options(way, pool: 1));
        Exchange(tun, 1);
        proxy.WaitForGrants(2);
        Exchange(tun, 1); // the tunnel has read the grant by the time that this has come back
        proxy.IsSilent = true;
        Exchange(tun, 2);
        Assert.Equal(2, tun.Tunnel.Snapshot().Sum(s => s.Counters.UdpSessionsOpened));
    });

    [Theory]
    [InlineData(UdpRelay.Udp)]
    [InlineData(UdpRelay.Tcp)]
    public void One_whose_connection_has_ended_is_not_handed_out(UdpRelay way) => OwnThread.Run(() =>
    {
        using var proxy = new EchoingProxy();
        using var tun = new PacketTun(proxy.Options(way, pool: 1));
        Exchange(tun, 1);
        for (int source = 2; source <= 20; source++)
        {
            proxy.WaitForGrants(source);
            proxy.End(source - 1);
            Exchange(tun, source);
        }
        Assert.Equal(20, tun.Tunnel.Snapshot().Sum(s => s.Counters.UdpSessionsOpened));
    });

    [Fact]
    public void A_source_that_gets_no_answer_keeps_no_other_from_standing_ready() => OwnThread.Run(() =>
    {
        using var proxy = new EchoingProxy { IsMute = true };
        using var tun = new PacketTun(proxy.Options(UdpRelay.Udp, pool: 1));
        tun.Send(At("10.0.0.1", 1), s_server, "a"u8);
        proxy.WaitForGrants(2);
    });

    [Fact]
    public void Without_a_pool_nothing_stands_ready() => OwnThread.Run(() =>
    {
        using var proxy = new ScriptedProxy();
        using var tun = new PacketTun(proxy.Options(UdpRelay.Udp));
        for (int port = 1; port <= 3; port++)
        {
            tun.Send(At("10.0.0.1", port), s_server, "a"u8);
            using var control = proxy.Associate(); // another connection would stand before it in the queue, with another request
            proxy.ExpectAtRelay("00000001cb0071011b5861");
        }
    });

    private static void Exchange(PacketTun tun, int port)
    {
        IPEndPoint app = At("10.0.0.1", port);
        tun.Send(app, s_server, "word"u8);
        tun.Expect(s_server, app, "word"u8);
    }
}
