using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Net;
using Penstock.Tests;
using Penstock.Tunnel.Configuration;
using Penstock.Tunnel.Tests.Sessions;
using Penstock.Wire.Dns;
using Penstock.Wire.Ip;
using Penstock.Wire.Tcp;
using Xunit;
using static Penstock.Tunnel.Tests.PacketTun;

namespace Penstock.Tunnel.Tests.MappedDns;

/// <summary>Mapped names over reloads: an address stands for one name, whoever was asked, and the file keeps what it holds.</summary>
public sealed class ReloadedNamesTests : IDisposable
{
    private static readonly IPEndPoint s_app = At("10.0.0.1", 4000);
    private static readonly IPEndPoint s_dns = At("198.18.0.2", 53);

    private readonly string _directory = Directory.CreateTempSubdirectory("penstock-reloaded-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public void An_open_connection_asks_the_names_in_force() => OwnThread.Run(() =>
    {
        using var proxy = new ScriptedProxy();
        using var tun = new PacketTun(Options(proxy));
        AppTcp app = Connect(tun);
        Assert.Equal("100.64.0.0", AskOverTcp(app, "a.example"));
        Reload(tun, names => names with { Ttl = 7 });
        Assert.Equal("100.64.0.1", AskOverTcp(app, "bank.example"));
        Assert.Equal("100.64.0.2", Ask(tun, "evil.example"));
        Assert.Equal("100.64.0.1", Ask(tun, "bank.example"));
        Reload(tun, names => names with { CacheSize = 50 });
        Assert.Equal("100.64.0.1", AskOverTcp(app, "BANK.example"));
        Assert.Equal("100.64.0.3", AskOverTcp(app, "other.example"));
    });

    [Fact]
    public void Without_names_an_open_connection_ends() => OwnThread.Run(() =>
    {
        using var proxy = new ScriptedProxy();
        using var tun = new PacketTun(Options(proxy));
        AppTcp app = Connect(tun);
        Assert.Equal("100.64.0.0", AskOverTcp(app, "a.example"));
        Reload(tun, names => names with { CacheSize = 0 });
        app.Say(TcpFlags.Ack, Framed("b.example"));
        app.AwaitFin();
    });

    [Fact]
    public void A_smaller_table_forgets_what_lies_beyond_it_and_another_network_everything() => OwnThread.Run(() =>
    {
        using var proxy = new ScriptedProxy();
        using var tun = new PacketTun(Options(proxy));
        Assert.Equal(["100.64.0.0", "100.64.0.1", "100.64.0.2"], [Ask(tun, "a"), Ask(tun, "b"), Ask(tun, "c")]);
        Reload(tun, names => names with { CacheSize = 2 });
        Assert.Equal("100.64.0.1", Ask(tun, "b"));
        Assert.Equal("100.64.0.0", Ask(tun, "c")); // "a" was the oldest
        Assert.Equal("100.64.0.1", Ask(tun, "a"));
        Reload(tun, names => names with { Address = Address("100.64.0.1"), Port = 53 });
        Assert.Equal("100.64.0.0", Ask(tun, "c", At("100.64.0.1", 53)));
        Assert.Equal("100.64.0.2", Ask(tun, "a", At("100.64.0.1", 53)));
        Reload(tun, names => names with { Network = Address("100.80.0.0") });
        Assert.Equal("100.80.0.0", Ask(tun, "a", At("100.64.0.1", 53)));
    });

    [Fact]
    public void A_file_that_a_reload_names_is_read() => OwnThread.Run(() =>
    {
        string file = Path.Combine(_directory, "names");
        File.WriteAllText(file, "penstock-mapdns 1\n5 kept.example\n0 taken.example\n");
        using var proxy = new ScriptedProxy();
        using (var tun = new PacketTun(Options(proxy)))
        {
            Assert.Equal("100.64.0.0", Ask(tun, "a.example"));
            Reload(tun, names => names with { File = file });
            Assert.Equal("100.64.0.5", Ask(tun, "kept.example"));
            Assert.Equal("100.64.0.0", Ask(tun, "a.example"));
        }
        Assert.Equal(["0 a.example", "5 kept.example"], File.ReadLines(file).Skip(1).Order());
    });

    [Fact]
    public void Switched_off_the_names_stay_in_their_file_and_come_back_from_it() => OwnThread.Run(() =>
    {
        string file = Path.Combine(_directory, "names");
        using var proxy = new ScriptedProxy();
        using var tun = new PacketTun(Options(proxy));
        Reload(tun, names => names with { File = file });
        Assert.Equal(["100.64.0.0", "100.64.0.1"], [Ask(tun, "a.example"), Ask(tun, "b.example")]);
        Reload(tun, names => names with { CacheSize = 0 });
        Assert.Equal(["0 a.example", "1 b.example"], File.ReadLines(file).Skip(1));
        Reload(tun, names => names with { CacheSize = 100 });
        Assert.Equal("100.64.0.1", Ask(tun, "b.example"));
        string other = Path.Combine(_directory, "other");
        Reload(tun, names => names with { File = other });
        Assert.Equal("100.64.0.2", Ask(tun, "c.example"));
        Assert.Equal(["0 a.example", "1 b.example"], File.ReadLines(file).Skip(1));
        tun.Tunnel.Stop();
        Assert.Equal(["0 a.example", "1 b.example", "2 c.example"], File.ReadLines(other).Skip(1));
    });

    [Fact]
    public void A_file_that_is_another_s_refuses_the_reload_and_stays() => OwnThread.Run(() =>
    {
        string file = Path.Combine(_directory, "script");
        File.WriteAllText(file, "#!/bin/sh\n");
        using var proxy = new ScriptedProxy();
        using var tun = new PacketTun(Options(proxy));
        Assert.Equal("100.64.0.0", Ask(tun, "a.example"));
        TunnelOptions before = tun.Tunnel.Options;
        IOException refused = Assert.ThrowsAny<IOException>(() => Reload(tun, names => names with { File = file, CacheSize = 1, Ttl = 9 }));
        Assert.Contains(file, refused.Message, StringComparison.Ordinal);
        Assert.Same(before, tun.Tunnel.Options);
        Assert.Equal("100.64.0.1", Ask(tun, "b.example"));
        tun.Tunnel.Stop();
        Assert.Equal("#!/bin/sh\n", File.ReadAllText(file));
    });

    private static void Reload(PacketTun tun, Func<MapDnsOptions, MapDnsOptions> change)
    {
        TunnelOptions options = tun.Tunnel.Options;
        tun.Tunnel.Reload(options with { MapDns = change(options.MapDns) });
    }

    private static AppTcp Connect(PacketTun tun)
    {
        AppTcp app = new(tun, s_app, s_dns);
        app.Begin(1000);
        app.Finish();
        return app;
    }

    private static byte[] Framed(string name)
    {
        byte[] query = DnsClient.Query(name, DnsType.A);
        return [(byte)(query.Length >> 8), (byte)query.Length, .. query];
    }

    private static string AskOverTcp(AppTcp app, string name)
    {
        app.Say(TcpFlags.Ack, Framed(name));
        List<byte> got = [];
        while (got.Count < 2 || got.Count < 2 + BinaryPrimitives.ReadUInt16BigEndian(got.ToArray()))
        {
            app.Receive(out byte[] text);
            got.AddRange(text);
        }
        app.Say(TcpFlags.Ack);
        return Assert.Single(DnsClient.Answers(got.ToArray()[2..]));
    }

    private static string Ask(PacketTun tun, string name, IPEndPoint? server = null)
    {
        tun.Send(At("10.0.0.9", 4000), server ?? s_dns, DnsClient.Query(name, DnsType.A));
        return Assert.Single(DnsClient.Answers(tun.Receive()[28..]));
    }

    private static InetAddress Address(string text) => DnsClient.Address(text);

    private static TunnelOptions Options(ScriptedProxy proxy) => proxy.Options(UdpRelay.Tcp) with
    {
        MapDns = new MapDnsOptions
        {
            Address = Address("198.18.0.2"),
            Network = Address("100.64.0.0"),
            Netmask = Address("255.240.0.0"),
            CacheSize = 100,
        },
    };
}
