using System.Net;
using System.Net.Sockets;
using System.Text;
using Penstock.Tests;
using Penstock.Tunnel.Configuration;
using Penstock.Wire.Ip;
using Xunit;
using static Penstock.Tunnel.Tests.PacketTun;

namespace Penstock.Tunnel.Tests.Udp;

/// <summary>Mapped DNS on the datagrams' way: queries answered in the tunnel, names to the proxy, answers from whom was asked.</summary>
public sealed class MappedDatagramTests
{
    private const string Reply = "05000001000000000000";

    private static readonly IPEndPoint s_app = At("10.0.0.1", 4000);
    private static readonly IPEndPoint s_dns = At("198.18.0.2", 53);

    [Fact]
    public void A_query_is_answered_and_takes_no_session() => OwnThread.Run(() =>
    {
        using var proxy = new ScriptedProxy();
        using var tun = new PacketTun(Options(proxy));
        Ask(tun, "one", 0);
        Ask(tun, "two", 1);
        Ask(tun, "ONE", 0);
        Assert.Equal(0, tun.Tunnel.Snapshot().Sum(s => s.Counters.UdpSessionsOpened));
    });

    [Fact]
    public void Hijack_answers_wherever_the_query_was_sent() => OwnThread.Run(() =>
    {
        using var proxy = new ScriptedProxy();
        TunnelOptions options = Options(proxy);
        using var tun = new PacketTun(options with { MapDns = options.MapDns with { HijackPort = 53 } });
        Ask(tun, "one", 0, At("9.9.9.9", 53));
    });

    [Fact]
    public void A_mapped_destination_is_a_name_and_its_answers_come_from_it() => OwnThread.Run(() =>
    {
        using var proxy = new ScriptedProxy();
        using var tun = new PacketTun(Options(proxy));
        Ask(tun, "one", 0);
        Ask(tun, "two", 1);
        tun.Send(s_app, At("100.64.0.0", 7), "a"u8);
        using Socket stream = proxy.Accept(5);
        ScriptedProxy.Write(stream, Reply);
        Assert.Equal("00010a" + "03036f6e650007" + "61", ScriptedProxy.Read(stream, 11));
        tun.Send(s_app, At("100.64.0.1", 7), "b"u8);
        Assert.Equal("00010a" + "030374776f0007" + "62", ScriptedProxy.Read(stream, 11));
        tun.Send(s_app, At("203.0.113.1", 7), "c"u8);
        Assert.Equal("00010a" + "01cb0071010007" + "63", ScriptedProxy.Read(stream, 11));

        // The direct one, the two mapped ones in the order of their questions, and again in the other order.
        ScriptedProxy.Write(stream, "00010a01cb007101000743" + "00010a01c6336401000741" + "00010a01c6336402000742");
        tun.Expect(At("203.0.113.1", 7), s_app, "C"u8);
        tun.Expect(At("100.64.0.0", 7), s_app, "A"u8);
        tun.Expect(At("100.64.0.1", 7), s_app, "B"u8);
        ScriptedProxy.Write(stream, "00010a01c6336402000742" + "00010a01c6336401000741");
        tun.Expect(At("100.64.0.1", 7), s_app, "B"u8);
        tun.Expect(At("100.64.0.0", 7), s_app, "A"u8);

        // A source told as a name, a third party, and an IPv6 answer to a mapped IPv4 address.
        ScriptedProxy.Write(stream, "00010a" + "030354574f0007" + "44" + "00010a01c0000201000745");
        tun.Expect(At("100.64.0.1", 7), s_app, "D"u8);
        tun.Expect(At("192.0.2.1", 7), s_app, "E"u8);
        tun.Send(s_app, At("100.64.0.0", 8), "f"u8);
        Assert.Equal("00010a" + "03036f6e650008" + "66", ScriptedProxy.Read(stream, 11));
        ScriptedProxy.Write(stream, "0001160420010db8000000000000000000000001000846");
        tun.Expect(At("100.64.0.0", 8), s_app, "F"u8);
    });

    [Fact]
    public void Another_network_s_address_is_not_mapped() => OwnThread.Run(() =>
    {
        using var proxy = new ScriptedProxy();
        using var tun = new PacketTun(Options(proxy));
        Ask(tun, "one", 0);
        tun.Send(s_app, At("1.64.0.0", 853), "a"u8);
        using Socket stream = proxy.Accept(5);
        ScriptedProxy.Write(stream, Reply);
        Assert.Equal("00010a" + "01014000000355" + "61", ScriptedProxy.Read(stream, 11));
    });

    private static TunnelOptions Options(ScriptedProxy proxy) => proxy.Options(UdpRelay.Tcp) with
    {
        MapDns = new MapDnsOptions
        {
            Address = InetAddress.FromV4(0xc6120002),
            Network = InetAddress.FromV4(0x64400000),
            Netmask = InetAddress.FromV4(0xffc00000),
            CacheSize = 100,
        },
    };

    // A query of class IN and type A, and its answer with 100.64.0.index.
    private static void Ask(PacketTun tun, string name, byte index, IPEndPoint? server = null)
    {
        byte[] question = [(byte)name.Length, .. Encoding.ASCII.GetBytes(name), 0, 0, 1, 0, 1];
        tun.Send(s_app, server ?? s_dns, [0x12, 0x34, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, .. question]);
        tun.Expect(
            server ?? s_dns, s_app,
            [0x12, 0x34, 0x81, 0x80, 0, 1, 0, 1, 0, 0, 0, 0, .. question, 0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 1, 0, 4, 100, 64, 0, index]);
    }
}
