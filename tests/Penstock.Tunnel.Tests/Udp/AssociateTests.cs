using System;
using System.Net;
using System.Net.Sockets;
using Penstock.Tests;
using Penstock.Tunnel.Configuration;
using Penstock.Wire.Icmp;
using Xunit;
using static Penstock.Tunnel.Tests.PacketTun;

namespace Penstock.Tunnel.Tests.Udp;

/// <summary>UDP ASSOCIATE against a scripted proxy: real sockets and a real tunnel, packets instead of a kernel's device.</summary>
public sealed class AssociateTests
{
    private const string Header = "00000001cb0071011b58"; // 203.0.113.1:7000

    private static readonly IPEndPoint s_app = At("10.0.0.1", 4000);
    private static readonly IPEndPoint s_server = At("203.0.113.1", 7000);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_relay_address_of_zeros_is_the_proxy_s(bool tellsAddress) => OwnThread.Run(() =>
    {
        using var proxy = new ScriptedProxy();
        using var tun = new PacketTun(proxy.Options(UdpRelay.Udp));
        tun.Send(s_app, s_server, "one"u8);
        tun.Send(s_app, s_server, "two"u8);
        using Socket control = proxy.Associate(tellsAddress);
        EndPoint client = proxy.ExpectAtRelay(Header + "6f6e65");
        proxy.ExpectAtRelay(Header + "74776f");
        proxy.Relay!.SendTo(Convert.FromHexString(Header + "6f6b"), client);
        tun.Expect(s_server, s_app, "ok"u8);
    });

    [Fact]
    public void Any_source_reaches_the_app_and_one_association_serves_all_destinations() => OwnThread.Run(() =>
    {
        using var proxy = new ScriptedProxy();
        using var tun = new PacketTun(proxy.Options(UdpRelay.Udp));
        tun.Send(s_app, s_server, "a"u8);
        tun.Send(s_app, At("203.0.113.2", 9), "b"u8);
        using Socket control = proxy.Associate();
        EndPoint client = proxy.ExpectAtRelay(Header + "61");
        Assert.Equal(client, proxy.ExpectAtRelay("00000001cb007102000962"));
        proxy.Relay!.SendTo(Convert.FromHexString("00000001c63364070050" + "63"), client);
        tun.Expect(At("198.51.100.7", 80), s_app, "c"u8);
    });

    [Fact]
    public void What_is_no_datagram_is_dropped_and_the_session_lives_on() => OwnThread.Run(() =>
    {
        using var proxy = new ScriptedProxy();
        using var tun = new PacketTun(proxy.Options(UdpRelay.Udp));
        tun.Send(s_app, s_server, ""u8);
        using Socket control = proxy.Associate();
        EndPoint client = proxy.ExpectAtRelay(Header);
        string[] wrong =
        [
            "", "00", "0000", "000000", "00000001", "00000009aabbccdd0000", "00000101cb0071011b5861",
            "000000030b6f6e652e6578616d706c651b5841", "00000004" + "20010db8000000000000000000000001" + "1b5841",
            "00000001" + "00000000" + "1b5841", "00000001" + "e0000001" + "1b5841",
        ];
        foreach (string datagram in wrong)
            proxy.Relay!.SendTo(Convert.FromHexString(datagram), client);
        proxy.Relay!.SendTo(Convert.FromHexString("00000004" + "00000000000000000000ffffcb007101" + "1b58" + "6d"), client);
        proxy.Relay!.SendTo(Convert.FromHexString(Header), client);
        tun.Expect(s_server, s_app, "m"u8);
        tun.Expect(s_server, s_app, ""u8);
        Assert.Equal(wrong.Length, tun.Tunnel.Snapshot().Sum(s => s.Counters.DatagramsMalformed));
    });

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void An_association_that_ended_comes_back_with_the_next_datagram(bool relayDies) => OwnThread.Run(() =>
    {
        using var proxy = new ScriptedProxy();
        using var tun = new PacketTun(proxy.Options(UdpRelay.Udp));
        tun.Send(s_app, s_server, "a"u8);
        Socket control = proxy.Associate();
        proxy.ExpectAtRelay(Header + "61");
        if (relayDies)
            proxy.Relay!.Dispose(); // the datagram that meets its absence is lost, as any may be
        else
            control.Dispose();
        while (tun.Tunnel.Snapshot().Sum(s => s.Counters.UdpSessionsBroken) == 0)
        {
            if (relayDies)
                tun.Send(s_app, s_server, "lost"u8);
            System.Threading.Thread.Yield();
        }
        tun.Send(s_app, s_server, "b"u8);
        using Socket next = proxy.Associate();
        string got;
        byte[] buffer = new byte[100];
        do
            got = Convert.ToHexStringLower(buffer.AsSpan(0, proxy.Relay!.Receive(buffer)));
        while (got == Header + Convert.ToHexStringLower("lost"u8));
        Assert.Equal(Header + "62", got);
        control.Dispose();
    });

    [Fact]
    public void An_idle_session_gives_its_association_back() => OwnThread.Run(() =>
    {
        using var proxy = new ScriptedProxy();
        TunnelOptions options = proxy.Options(UdpRelay.Udp);
        options = options with { Misc = options.Misc with { UdpReadWriteTimeout = TimeSpan.FromMilliseconds(300) } };
        using var tun = new PacketTun(options);
        tun.Send(s_app, s_server, "a"u8);
        using Socket control = proxy.Associate();
        proxy.ExpectAtRelay(Header + "61");
        Assert.Equal(0, control.Receive(new byte[1]));
        while (tun.Tunnel.Snapshot().Sum(s => s.Counters.UdpSessionsOpen) > 0)
            System.Threading.Thread.Yield(); // the shard closes first and counts then; the watchdog ends a wait in vain
        Assert.Equal(1, tun.Tunnel.Snapshot().Sum(s => s.Counters.SessionsIdledOut));
    });

    [Fact]
    public void Above_the_limit_the_least_recently_active_source_ends() => OwnThread.Run(() =>
    {
        using var proxy = new ScriptedProxy();
        TunnelOptions options = proxy.Options(UdpRelay.Udp);
        options = options with { Misc = options.Misc with { MaxSessionCount = 1 } };
        using var tun = new PacketTun(options);
        Socket? last = null;
        for (int port = 1; port <= 4; port++)
        {
            tun.Send(At("10.0.0.1", port), s_server, "a"u8);
            Socket control = proxy.Associate();
            proxy.ExpectAtRelay(Header + "61");
            if (last is not null)
                Assert.Equal(0, last.Receive(new byte[1]));
            last?.Dispose();
            last = control;
        }
        last!.Dispose();
        Assert.Equal(4, tun.Tunnel.Snapshot().Sum(s => s.Counters.UdpSessionsOpened));
        Assert.Equal(3, tun.Tunnel.Snapshot().Sum(s => s.Counters.SessionsEvicted));
    });

    [Fact]
    public void A_refusal_is_told_to_every_datagram_and_once_to_the_log() => OwnThread.Run(() =>
    {
        using var proxy = new ScriptedProxy();
        using var tun = new PacketTun(proxy.Options(UdpRelay.Udp));
        for (int i = 0; i < 3; i++)
        {
            tun.Send(s_app, s_server, "a"u8);
            using Socket control = proxy.Accept(3);
            ScriptedProxy.Write(control, "05070001000000000000");
            Assert.Equal((IcmpType.DestinationUnreachable, (byte)3), tun.ExpectError("203.0.113.1"));
        }
        string line = Assert.Single(tun.Warnings);
        Assert.Contains("CommandNotSupported", line, StringComparison.Ordinal);
    });

    [Fact]
    public void Block_refuses_at_once() => OwnThread.Run(() =>
    {
        using var proxy = new ScriptedProxy();
        using var tun = new PacketTun(proxy.Options(UdpRelay.Block));
        tun.Send(s_app, s_server, "a"u8);
        Assert.Equal((IcmpType.DestinationUnreachable, (byte)3), tun.ExpectError("203.0.113.1"));
    });

    [Fact]
    public void Auto_goes_on_to_the_other_way_and_remembers_it() => OwnThread.Run(() =>
    {
        using var proxy = new ScriptedProxy();
        using var tun = new PacketTun(proxy.Options(UdpRelay.Auto));
        tun.Send(s_app, s_server, "a"u8);
        using (Socket refused = proxy.Accept(3))
            ScriptedProxy.Write(refused, "05070001000000000000");
        using Socket stream = proxy.Accept(5);
        ScriptedProxy.Write(stream, "05000001000000000000");
        Assert.Equal("00010a01cb0071011b5861", ScriptedProxy.Read(stream, 11));
        tun.Send(At("10.0.0.1", 4001), s_server, "b"u8);
        using Socket second = proxy.Accept(5);
        Assert.Empty(tun.Warnings);
    });
}
