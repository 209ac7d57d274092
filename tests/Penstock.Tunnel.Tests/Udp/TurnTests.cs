using System;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Threading;
using Penstock.Tests;
using Penstock.Tunnel.Configuration;
using Xunit;
using static Penstock.Tunnel.Tests.PacketTun;

namespace Penstock.Tunnel.Tests.Udp;

/// <summary>What happens to datagrams that a shard takes in one turn, before it has sent them.</summary>
public sealed class TurnTests
{
    private const string Reply = "05000001000000000000";
    private const int Headers = 28;
    private const string Block = "0a01cb0071011b58"; // 203.0.113.1:7000

    private static readonly IPEndPoint s_opener = At("10.0.0.3", 4000);
    private static readonly IPEndPoint s_app = At("10.0.0.1", 4000);
    private static readonly IPEndPoint s_server = At("203.0.113.1", 7000);

    [Fact]
    public void A_burst_of_one_app_leaves_memory_for_the_first_datagram_of_another() => OwnThread.Run(() =>
    {
        const int Burst = 60;
        using var proxy = new ScriptedProxy();
        TunnelOptions options = OnOneShard(proxy.Options(UdpRelay.Tcp));
        options = options with { Misc = options.Misc with { MemoryBudget = MiscOptions.MinMemoryBudget } };
        using var tun = new PacketTun(options, isConnection: true);
        tun.Send(s_app, s_server, "a"u8);
        using Socket stream = proxy.Accept(5);
        ScriptedProxy.Write(stream, Reply);
        ScriptedProxy.Read(stream, 11);
        tun.InOneTurn(s_opener, s_server, () =>
        {
            for (int i = 0; i < Burst; i++)
                tun.Send(s_app, s_server, "x"u8);
            tun.Send(At("10.0.0.2", 4000), s_server, "b"u8);
        });
        Assert.Equal(string.Concat(Enumerable.Repeat("0001" + Block + "78", Burst)), ScriptedProxy.Read(stream, Burst * 11));
        string[] first = new string[2];
        for (int i = 0; i < 2; i++)
        {
            using Socket other = proxy.Accept(5);
            ScriptedProxy.Write(other, Reply);
            first[i] = ScriptedProxy.Read(other, 11);
        }
        Assert.Contains("0001" + Block + "62", first);
        Assert.Equal(0, tun.Tunnel.Snapshot().Shards.Sum(s => s.Counters.DatagramsWithoutRoom));
    });

    [Fact]
    public void An_association_that_stood_ready_takes_what_the_one_before_it_did_not_send() => OwnThread.Run(() =>
    {
        using var proxy = new EchoingProxy();
        using var tun = new PacketTun(OnOneShard(proxy.Options(UdpRelay.Tcp, pool: 4)), isConnection: true);
        tun.Send(s_app, s_server, "a"u8);
        tun.Expect(s_server, s_app, "a"u8);
        proxy.WaitForGrants(3);
        tun.Send(s_app, s_server, "b"u8);
        tun.Expect(s_server, s_app, "b"u8); // the tunnel has read the grants by now
        tun.InOneTurn(s_opener, s_server, () =>
        {
            proxy.Reset(0);
            tun.Send(s_app, s_server, "1"u8);
            tun.Send(s_app, s_server, "22"u8);
        });
        string[] answers = [.. Enumerable.Range(0, 3).Select(_ => Encoding.ASCII.GetString(tun.Receive().AsSpan(Headers)))];
        Assert.Equal(["1", "22", "opener"], answers.Order(StringComparer.Ordinal));
    });

    [Fact]
    public void A_device_that_is_at_its_end_ends_the_tunnel()
    {
        using var proxy = new ScriptedProxy();
        using var tun = new PacketTun(proxy.Options(UdpRelay.Tcp), isConnection: true);
        tun.HangUp();
        Assert.True(tun.Tunnel.Wait(OwnThread.Patience));
        Assert.Contains("closed the other end", tun.Tunnel.Failure, StringComparison.Ordinal);
    }

    [Fact]
    public void Empty_packets_do_not_keep_a_turn_from_ending() => OwnThread.Run(() =>
    {
        using var proxy = new ScriptedProxy();
        using var tun = new PacketTun(proxy.Options(UdpRelay.Tcp));
        using var stop = new CancellationTokenSource();
        var flood = new Thread(() =>
        {
            while (!stop.IsCancellationRequested)
                tun.Send([]);
        });
        flood.Start();
        tun.Send(s_app, s_server, "a"u8);
        using Socket stream = proxy.Accept(5); // the shard serves its sockets
        ScriptedProxy.Write(stream, Reply);
        Assert.Equal("0001" + Block + "61", ScriptedProxy.Read(stream, 11));
        stop.Cancel();
        flood.Join();
    });

    private static TunnelOptions OnOneShard(TunnelOptions options) =>
        options with { Threading = options.Threading with { NumWorkers = 1 } };
}
