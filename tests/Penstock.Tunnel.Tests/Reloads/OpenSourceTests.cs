using System;
using System.Net;
using System.Net.Sockets;
using Penstock.Tests;
using Penstock.Tunnel.Configuration;
using Penstock.Wire.Icmp;
using Penstock.Wire.Ip;
using Xunit;
using static Penstock.Tunnel.Tests.PacketTun;

namespace Penstock.Tunnel.Tests.Reloads;

/// <summary>A source of datagrams that is open while the configuration changes is judged as it was; a new one is not.</summary>
public sealed class OpenSourceTests
{
    private const string Header = "00000001cb0071011b58"; // 203.0.113.1:7000

    private static readonly IPEndPoint s_server = At("203.0.113.1", 7000);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Block_refuses_new_sources_and_leaves_open_ones_alone(int shards) => OwnThread.Run(() =>
    {
        using var proxy = new ScriptedProxy();
        using var tun = new PacketTun(Options(proxy, shards));
        Socket[] controls = [Begin(tun, proxy, 1), Begin(tun, proxy, 2)];
        Socket relay = proxy.KeepRelay();
        TunnelOptions options = tun.Tunnel.Options;
        tun.Tunnel.Reload(options with { Socks5 = options.Socks5 with { Udp = UdpRelay.Block } });
        tun.Send(At("10.0.0.1", 3), s_server, "new"u8);
        Assert.Equal((IcmpType.DestinationUnreachable, (byte)3), tun.ExpectError("203.0.113.1"));
        tun.Send(At("10.0.0.1", 2), s_server, "b"u8);
        ExpectAt(relay, Header + "62");
        tun.Send(At("10.0.0.1", 2), At("203.0.113.2", 9), "c"u8);
        ExpectAt(relay, "00000001cb0071020009" + "63");
        foreach (Socket control in controls)
            control.Dispose();
    });

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void A_destination_that_is_to_go_direct_goes_so_for_new_sources(int shards) => OwnThread.Run(() =>
    {
        using var proxy = new ScriptedProxy();
        using Socket server = Server();
        IPEndPoint destination = (IPEndPoint)server.LocalEndPoint!;
        using var tun = new PacketTun(Options(proxy, shards));
        using Socket first = Begin(tun, proxy, 1);
        using Socket second = Begin(tun, proxy, 2);
        Socket relay = proxy.KeepRelay();
        TunnelOptions options = tun.Tunnel.Options;
        tun.Tunnel.Reload(options with { Bypass = new BypassOptions { Networks = [new InetNetwork(InetAddress.FromV4(0x7f000000), 8)] } });
        tun.Send(At("10.0.0.1", 2), destination, "old"u8);
        ExpectAt(relay, $"00000001{"7f000001"}{destination.Port:x4}6f6c64");
        tun.Send(At("10.0.0.1", 3), destination, "new"u8);
        ExpectAt(server, "6e6577");
    });

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void A_source_that_goes_direct_goes_on_so_without_the_list(int shards) => OwnThread.Run(() =>
    {
        using var proxy = new ScriptedProxy();
        using Socket server = Server();
        IPEndPoint destination = (IPEndPoint)server.LocalEndPoint!;
        TunnelOptions options = Options(proxy, shards);
        options = options with { Bypass = new BypassOptions { Networks = [new InetNetwork(InetAddress.FromV4(0x7f000000), 8)] } };
        using var tun = new PacketTun(options);
        tun.Send(At("10.0.0.1", 1), destination, "a"u8);
        EndPoint client = ExpectAt(server, "61");
        tun.Send(At("10.0.0.1", 2), s_server, "proxied"u8);
        using Socket control = proxy.Associate();
        proxy.ExpectAtRelay(Header + "70726f78696564");
        tun.Tunnel.Reload(options with { Tun = tun.Tunnel.Options.Tun, Bypass = new BypassOptions() });
        tun.Send(At("10.0.0.1", 1), destination, "b"u8);
        Assert.Equal(client, ExpectAt(server, "62"));
        // A source of which only proxied datagrams have come so far goes direct by the plan that it began with.
        tun.Send(At("10.0.0.1", 2), destination, "c"u8);
        ExpectAt(server, "63");
    });

    private static TunnelOptions Options(ScriptedProxy proxy, int shards) =>
        proxy.Options(UdpRelay.Udp) with { Threading = new ThreadingOptions { NumWorkers = shards } };

    private static Socket Begin(PacketTun tun, ScriptedProxy proxy, int port)
    {
        tun.Send(At("10.0.0.1", port), s_server, "a"u8);
        Socket control = proxy.Associate();
        proxy.ExpectAtRelay(Header + "61");
        return control;
    }

    private static Socket Server()
    {
        Socket server = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp) { ReceiveTimeout = 30_000 };
        server.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return server;
    }

    private static EndPoint ExpectAt(Socket socket, string hex)
    {
        EndPoint from = new IPEndPoint(IPAddress.Any, 0);
        byte[] buffer = new byte[100];
        int length = socket.ReceiveFrom(buffer, ref from);
        Assert.Equal(hex, Convert.ToHexStringLower(buffer.AsSpan(0, length)));
        return from;
    }
}
