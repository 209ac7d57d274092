using System;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Penstock.Tests;
using Penstock.Tunnel.Configuration;
using Penstock.Tunnel.Tests.Sessions;
using Penstock.Wire.Icmp;
using Penstock.Wire.Ip;
using Xunit;
using static Penstock.Tunnel.Tests.PacketTun;

namespace Penstock.Tunnel.Tests.Bypass;

/// <summary>Datagrams that go by no proxy, to servers on this machine: names, both families, and what is told where they cannot go.</summary>
/// <remarks>"127.0.0.1" and "127.1" are names here, of one machine that has no IPv6; "0.0" does not resolve.</remarks>
public sealed class DirectDatagramTests
{
    private static readonly IPEndPoint s_app = At("10.0.0.1", 4000);
    private static readonly IPEndPoint s_app6 = At("fd00::1", 4000);
    private static readonly IPEndPoint s_dns = At("198.18.0.2", 53);

    [Fact]
    public void A_name_that_does_not_resolve_is_refused_and_told() => OwnThread.Run(() =>
    {
        using var tun = new PacketTun(Options()) { LogsAll = true };
        Ask(tun, "0.0");
        tun.Send(s_app, At("100.64.0.0", 7), "a"u8);
        Assert.Equal((IcmpType.DestinationUnreachable, (byte)3), tun.ExpectError("100.64.0.0"));
        tun.Send(s_app, At("100.64.0.0", 7), "b"u8);
        Assert.Equal((IcmpType.DestinationUnreachable, (byte)3), tun.ExpectError("100.64.0.0"));
        Assert.Equal(2, tun.Tunnel.Snapshot().Sum(s => s.Counters.DatagramsRefused));
        Assert.Equal(0, tun.Tunnel.Snapshot().Sum(s => s.Counters.DatagramsWithoutRoom));
        Assert.Contains(tun.Lines, line => line.Contains("direct: 0.0 ", StringComparison.Ordinal));
        Assert.Empty(tun.Warnings);
    });

    [Fact]
    public void A_resolver_that_is_mapped_DNS_itself_is_told_at_warn() => OwnThread.Run(() =>
    {
        using var tun = new PacketTun(Options());
        Ask(tun, "100.64.0.9");
        tun.Send(s_app, At("100.64.0.0", 7), "a"u8);
        Assert.Equal((IcmpType.DestinationUnreachable, (byte)3), tun.ExpectError("100.64.0.0"));
        new AppTcp(tun, s_app, At("100.64.0.0", 7)).Begin(1000);
        tun.Receive();
        Assert.Equal(2, tun.Warnings.Count(line => line.Contains("100.64.0.9", StringComparison.Ordinal) && line.Contains("mapdns.exclude", StringComparison.Ordinal)));
    });

    [Fact]
    public void A_name_without_IPv6_is_reached_by_its_mapped_IPv6_address() => OwnThread.Run(() =>
    {
        using Socket server = Server();
        using var tun = new PacketTun(Options());
        Ask(tun, "127.0.0.1");
        IPEndPoint mapped = At("fd64::", PortOf(server));
        tun.Send(s_app6, mapped, "a"u8);
        server.SendTo("A"u8, Expect(server, "a"));
        tun.Expect(mapped, s_app6, "A"u8);
        tun.Send(s_app6, mapped, "b"u8);
        server.SendTo("B"u8, Expect(server, "b"));
        tun.Expect(mapped, s_app6, "B"u8);
    });

    [Fact]
    public void Both_families_in_turn_come_from_one_port_each() => OwnThread.Run(() =>
    {
        using Socket server = Server();
        using Socket server6 = Server(AddressFamily.InterNetworkV6);
        using var tun = new PacketTun(Options());
        Ask(tun, "127.0.0.1");
        IPEndPoint mapped = At("fd64::", PortOf(server));
        IPEndPoint other = At("::1", PortOf(server6));
        EndPoint? client = null, client6 = null;
        for (int i = 0; i < 3; i++)
        {
            tun.Send(s_app6, mapped, "a"u8);
            tun.Send(s_app6, other, "b"u8);
            EndPoint from = Expect(server, "a"), from6 = Expect(server6, "b");
            Assert.Equal(client ?? from, from);
            Assert.Equal(client6 ?? from6, from6);
            (client, client6) = (from, from6);
            server.SendTo("A"u8, from);
            tun.Expect(mapped, s_app6, "A"u8);
            server6.SendTo("B"u8, from6);
            tun.Expect(other, s_app6, "B"u8);
        }
    });

    [Fact]
    public void Two_names_of_one_machine_are_told_apart_by_who_waits_for_an_answer() => OwnThread.Run(() =>
    {
        using Socket server = Server();
        using var tun = new PacketTun(Options());
        Ask(tun, "127.0.0.1");
        Ask(tun, "127.1");
        IPEndPoint first = At("100.64.0.0", PortOf(server)), second = At("100.64.0.1", PortOf(server));
        tun.Send(s_app, first, "a"u8);
        tun.Send(s_app, second, "b"u8);
        EndPoint client = Expect(server, "a");
        Assert.Equal(client, Expect(server, "b"));
        server.SendTo("A"u8, client);
        tun.Expect(first, s_app, "A"u8);
        server.SendTo("B"u8, client);
        tun.Expect(second, s_app, "B"u8);
        tun.Send(s_app, first, "c"u8);
        Expect(server, "c");
        server.SendTo("C"u8, client);
        tun.Expect(first, s_app, "C"u8);
        server.SendTo("D"u8, client); // nobody waits: who asked last
        tun.Expect(first, s_app, "D"u8);
    });

    [Fact]
    public void An_interface_that_does_not_exist_is_told_at_warn_with_its_key() => OwnThread.Run(() =>
    {
        TunnelOptions options = Options();
        using var tun = new PacketTun(options with { Bypass = options.Bypass with { BindInterface = "nope0" } });
        tun.Send(s_app, At("127.0.0.1", 7), "a"u8);
        Assert.Equal((IcmpType.DestinationUnreachable, (byte)3), tun.ExpectError("127.0.0.1"));
        new AppTcp(tun, s_app, At("127.0.0.1", 7)).Begin(1000);
        tun.Receive();
        Assert.Equal(2, tun.Warnings.Count(line => line.Contains("direct: bypass.bind-interface nope0: there is no such interface", StringComparison.Ordinal)));
    });

    [Fact]
    public void An_address_of_the_defaults_that_this_host_has_not_is_told_with_the_key_that_says_it() => OwnThread.Run(() =>
    {
        using var tun = new PacketTun(Options() with { Socks5 = new Socks5Options { BindAddress = InetAddress.FromV4(0xc0000201) } });
        tun.Send(s_app, At("127.0.0.1", 7), "a"u8);
        Assert.Equal((IcmpType.DestinationUnreachable, (byte)3), tun.ExpectError("127.0.0.1"));
        Assert.Contains("socks5.bind-address 192.0.2.1: this host has no such address", Assert.Single(tun.Warnings), StringComparison.Ordinal);
    });

    [Fact]
    public void An_excluded_name_s_query_goes_direct_to_a_server_that_is_in_the_list() => OwnThread.Run(() =>
    {
        const string Question = "046861726405" + "6c6f63616c" + "0000010001"; // hard.local, A, IN
        const string Query = "1234" + "010000010000000000" + "00" + Question;
        const string Answer = "1234" + "818000010001000000" + "00" + Question + "c00c00010001000000050004c0000207";
        using Socket listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        ushort port = (ushort)PortOf(listener);
        TunnelOptions options = Options();
        using var tun = new PacketTun(options with { MapDns = options.MapDns with { Exclude = ["local"], HijackPort = port } });
        tun.Send(s_app, At("127.0.0.1", port), Convert.FromHexString(Query));
        using Socket stream = listener.Accept();
        Assert.Equal($"{Query.Length / 2:x4}{Query}", ScriptedProxy.Read(stream, 2 + (Query.Length / 2)));
        ScriptedProxy.Write(stream, $"{Answer.Length / 2:x4}{Answer}");
        tun.Expect(At("127.0.0.1", port), s_app, Convert.FromHexString(Answer));
    });

    private static TunnelOptions Options() => new()
    {
        Bypass = new BypassOptions
        {
            Networks = [new InetNetwork(InetAddress.FromV4(0x7f000000), 8), new InetNetwork(InetAddress.FromV6(0, 1), 128)],
            Domains = ["1", "0", "9"],
        },
        MapDns = new MapDnsOptions
        {
            Address = InetAddress.FromV4(0xc6120002),
            Network = InetAddress.FromV4(0x64400000),
            Netmask = InetAddress.FromV4(0xffc00000),
            Network6 = InetAddress.FromV6(0xfd640000_00000000, 0),
            CacheSize = 100,
        },
    };

    private static Socket Server(AddressFamily family = AddressFamily.InterNetwork)
    {
        Socket server = new(family, SocketType.Dgram, ProtocolType.Udp) { ReceiveTimeout = 30_000 };
        server.Bind(new IPEndPoint(family == AddressFamily.InterNetwork ? IPAddress.Loopback : IPAddress.IPv6Loopback, 0));
        return server;
    }

    private static int PortOf(Socket socket) => ((IPEndPoint)socket.LocalEndPoint!).Port;

    private static EndPoint Expect(Socket server, string text)
    {
        EndPoint from = new IPEndPoint(server.AddressFamily == AddressFamily.InterNetwork ? IPAddress.Any : IPAddress.IPv6Any, 0);
        byte[] buffer = new byte[100];
        int length = server.ReceiveFrom(buffer, ref from);
        Assert.Equal(text, Encoding.ASCII.GetString(buffer, 0, length));
        return from;
    }

    /// <summary>Names get their addresses in the order of their first questions.</summary>
    private static void Ask(PacketTun tun, string name)
    {
        byte[] labels = [.. name.Split('.').SelectMany(label => (byte[])[(byte)label.Length, .. Encoding.ASCII.GetBytes(label)])];
        tun.Send(s_app, s_dns, [0x12, 0x34, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, .. labels, 0, 0, 1, 0, 1]);
        tun.Receive();
    }
}
