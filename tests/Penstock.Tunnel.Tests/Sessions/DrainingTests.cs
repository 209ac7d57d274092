using System.Net;
using System.Net.Sockets;
using System.Threading;
using Penstock.Tests;
using Penstock.Tunnel.Configuration;
using Penstock.Wire.Tcp;
using Xunit;
using static Penstock.Tunnel.Tests.PacketTun;

namespace Penstock.Tunnel.Tests.Sessions;

/// <summary>
/// Real sockets and a real tunnel with two shards; the test reads and writes the app's packets and the proxy's bytes. A
/// session drains while its app's connection has ended in good order and the proxy has not taken all text yet.
/// </summary>
public sealed class DrainingTests
{
    private const int Chunk = 8192;

    private static readonly IPEndPoint s_app = At("10.0.0.1", 4000);
    private static readonly IPEndPoint s_server = At("203.0.113.1", 7000);

    [Fact]
    public void A_flow_that_comes_again_while_its_old_session_drains_is_not_forgotten_with_it() => OwnThread.Run(() =>
    {
        using var proxy = new ScriptedProxy();
        TunnelOptions options = proxy.Options(UdpRelay.Udp);
        options = options with { Threading = options.Threading with { NumWorkers = 2, EnableLoadBalancing = true } };
        using var tun = new PacketTun(options);
        // Packets reach shard 0; two sessions there, and the next is opened on shard 1.
        using Socket first = new AppTcp(tun, At("10.0.0.1", 4001), s_server).Open(proxy, 1);
        using Socket second = new AppTcp(tun, At("10.0.0.1", 4002), s_server).Open(proxy, 1);
        AppTcp app = new(tun, s_app, s_server);
        using Socket old = app.Open(proxy, 1000, receiveBuffer: 4096);
        Assert.Equal([2, 1], SessionsOfShards(tun));

        int sent = 0;
        do
        {
            app.Say(TcpFlags.Ack, new byte[Chunk]);
            sent += Chunk;
            app.AwaitAck();
        }
        while (app.Window > Chunk);
        old.Shutdown(SocketShutdown.Send);
        app.AwaitFin();
        app.Say(TcpFlags.Fin | TcpFlags.Ack);
        app.AwaitAck();
        Assert.Equal([2, 1], SessionsOfShards(tun));

        AppTcp again = new(tun, s_app, s_server);
        using Socket next = again.Open(proxy, 1_000_000_000);
        Assert.Equal([2, 2], SessionsOfShards(tun));
        byte[] buffer = new byte[65536];
        for (int got; (got = old.Receive(buffer)) > 0;)
            sent -= got;
        Assert.Equal(0, sent);
        while (SessionsOfShards(tun)[1] != 1)
            Thread.Yield(); // the shard sends the FIN first and counts then; the watchdog ends a wait in vain

        again.Say(TcpFlags.Ack | TcpFlags.Psh, "still there"u8);
        again.AwaitAck();
        Assert.Equal("still there".Length, next.Receive(buffer));
    });

    private static long[] SessionsOfShards(PacketTun tun)
    {
        var shards = tun.Tunnel.Snapshot().Shards;
        return [shards[0].Counters.SessionsOpen, shards[1].Counters.SessionsOpen];
    }
}
