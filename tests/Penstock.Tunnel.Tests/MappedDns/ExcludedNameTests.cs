using System;
using System.Net;
using System.Net.Sockets;
using Penstock.Tests;
using Penstock.Tunnel.Configuration;
using Penstock.Tunnel.Tests.Sessions;
using Penstock.Wire.Ip;
using Penstock.Wire.Tcp;
using Xunit;
using static Penstock.Tunnel.Tests.PacketTun;

namespace Penstock.Tunnel.Tests.MappedDns;

/// <summary>Names that are not mapped: a query goes through the proxy as DNS over TCP, and its answer back to the app.</summary>
public sealed class ExcludedNameTests
{
    private const string Question = "046861726405" + "6c6f63616c" + "0000010001"; // hard.local, A, IN
    private const string Query = "1234" + "010000010000000000" + "00" + Question;
    private const string Answer = "1234" + "818000010001000000" + "00" + Question + "c00c00010001000000050004c0000207";
    private const string Failure = "1234" + "818200010000000000" + "00" + Question;
    private const string Opt = "00002904d000008000" + "0000"; // 1232 bytes, DO
    private const string QueryWithOpt = "1234" + "010000010000000000" + "01" + Question + Opt;
    private const string FailureWithOpt = "1234" + "818200010000000000" + "01" + Question + Opt;

    private static readonly IPEndPoint s_app = At("10.0.0.1", 4000);
    private static readonly IPEndPoint s_dns = At("198.18.0.2", 53);

    [Fact]
    public void The_configured_server_answers_in_any_pieces() => OwnThread.Run(() =>
    {
        using var proxy = new ScriptedProxy();
        using var tun = new PacketTun(Options(proxy, server: "9.9.9.9"));
        tun.Send(s_app, s_dns, Convert.FromHexString(Query));
        using Socket stream = proxy.AcceptConnect();
        Assert.Equal("05010001" + "09090909" + "0035", proxy.Request);
        Assert.Equal(Framed(Query), ScriptedProxy.Read(stream, 2 + Query.Length / 2));
        string framed = Framed(Answer);
        ScriptedProxy.Write(stream, framed[..2]);
        ScriptedProxy.Write(stream, framed[2..40]);
        ScriptedProxy.Write(stream, framed[40..]);
        tun.Expect(s_dns, s_app, Convert.FromHexString(Answer));
        Assert.Equal(0, stream.Receive(new byte[1]));
        Assert.Equal(0, tun.Tunnel.Snapshot().Sum(s => s.Counters.UdpSessionsOpened));
    });

    [Fact]
    public void Without_one_the_server_that_was_asked_does() => OwnThread.Run(() =>
    {
        using var proxy = new ScriptedProxy();
        TunnelOptions options = Options(proxy, server: null);
        using var tun = new PacketTun(options with { MapDns = options.MapDns with { HijackPort = 53 } });
        tun.Send(s_app, At("203.0.113.9", 53), Convert.FromHexString(Query));
        using Socket stream = proxy.AcceptConnect();
        Assert.Equal("05010001" + "cb007109" + "0035", proxy.Request);
        ScriptedProxy.Write(stream, Framed(Answer));
        tun.Expect(At("203.0.113.9", 53), s_app, Convert.FromHexString(Answer));
    });

    [Fact]
    public void With_nobody_to_ask_the_answer_is_a_failure() => OwnThread.Run(() =>
    {
        using var proxy = new ScriptedProxy();
        using var tun = new PacketTun(Options(proxy, server: null));
        tun.Send(s_app, s_dns, Convert.FromHexString(Query));
        tun.Expect(s_dns, s_app, Convert.FromHexString(Failure));
        tun.Send(s_app, s_dns, Convert.FromHexString(QueryWithOpt));
        tun.Expect(s_dns, s_app, Convert.FromHexString(FailureWithOpt));
    });

    [Theory]
    [InlineData("")] // the end
    [InlineData("0002ffff")] // no message
    [InlineData("000c1234" + "00000000000000000000")] // no answer
    [InlineData("000c1235" + "80000000000000000000")] // another one's
    public void A_server_that_makes_no_sense_is_a_failure(string words) => OwnThread.Run(() =>
    {
        using var proxy = new ScriptedProxy();
        using var tun = new PacketTun(Options(proxy, server: "9.9.9.9"));
        tun.Send(s_app, s_dns, Convert.FromHexString(Query));
        using (Socket stream = proxy.AcceptConnect())
        {
            ScriptedProxy.Read(stream, 2 + Query.Length / 2);
            ScriptedProxy.Write(stream, words);
        }
        tun.Expect(s_dns, s_app, Convert.FromHexString(Failure));
    });

    [Fact]
    public void An_answer_that_fits_no_datagram_is_truncated_to_its_question() => OwnThread.Run(() =>
    {
        using var proxy = new ScriptedProxy();
        using var tun = new PacketTun(Options(proxy, server: "9.9.9.9"));
        tun.Send(s_app, s_dns, Convert.FromHexString(Query));
        using Socket stream = proxy.AcceptConnect();
        string filler = "c00c00100001000000050200" + new string('0', 2 * 0x200); // a TXT record of 512 bytes
        ScriptedProxy.Write(stream, Framed(Answer[..12] + "0002" + Answer[16..] + filler));
        tun.Expect(s_dns, s_app, Convert.FromHexString("1234" + "838000010000000000" + "00" + Question));
    });

    [Fact]
    public void A_truncated_answer_keeps_its_opt() => OwnThread.Run(() => // RFC 6891 (7)
    {
        using var proxy = new ScriptedProxy();
        using var tun = new PacketTun(Options(proxy, server: "9.9.9.9"));
        tun.Send(s_app, s_dns, Convert.FromHexString(QueryWithOpt));
        using Socket stream = proxy.AcceptConnect();
        string filler = "c00c00100001000000050500" + new string('0', 2 * 0x500); // a TXT record of 1280 bytes
        string opt = "000029100000008000" + "0006" + "000f00020017"; // 4096 bytes, DO, an extended error
        ScriptedProxy.Write(stream, Framed(Answer[..20] + "0001" + Question + filler + opt));
        tun.Expect(s_dns, s_app, Convert.FromHexString("1234" + "838000010000000000" + "01" + Question + opt));
    });

    [Fact]
    public void Over_tcp_a_failure_has_its_question_too() => OwnThread.Run(() =>
    {
        using var proxy = new ScriptedProxy();
        using var tun = new PacketTun(Options(proxy, server: null));
        AppTcp app = new(tun, s_app, s_dns);
        app.Begin(1000);
        app.Finish();
        app.Say(TcpFlags.Ack, Convert.FromHexString(Framed(QueryWithOpt)));
        string got = "";
        while (got.Length < Framed(FailureWithOpt).Length)
        {
            app.Receive(out byte[] text);
            got += Convert.ToHexStringLower(text);
        }
        Assert.Equal(Framed(FailureWithOpt), got);
    });

    [Fact]
    public void Over_tcp_the_queries_behind_one_wait_for_its_answer() => OwnThread.Run(() =>
    {
        using var proxy = new ScriptedProxy();
        using var tun = new PacketTun(Options(proxy, server: "9.9.9.9"));
        AppTcp app = new(tun, s_app, s_dns);
        app.Begin(1000);
        app.Finish();
        string mapped = "5678" + "010000010000000000" + "00" + "036f6e6500" + "00010001"; // one, A, IN
        app.Say(TcpFlags.Ack, Convert.FromHexString(Framed(Query) + Framed(mapped)));
        using Socket stream = proxy.AcceptConnect();
        Assert.Equal(Framed(Query), ScriptedProxy.Read(stream, 2 + Query.Length / 2));
        ScriptedProxy.Write(stream, Framed(Answer));
        string expected = Framed(Answer)
            + Framed("5678" + "818000010001000000" + "00" + "036f6e6500" + "00010001" + "c00c00010001000000010004" + "64400000");
        string got = "";
        while (got.Length < expected.Length)
        {
            app.Receive(out byte[] text);
            got += Convert.ToHexStringLower(text);
        }
        Assert.Equal(expected, got);
    });

    private static string Framed(string message) => $"{message.Length / 2:x4}{message}";

    private static TunnelOptions Options(ScriptedProxy proxy, string? server) => proxy.Options(UdpRelay.Tcp) with
    {
        MapDns = new MapDnsOptions
        {
            Address = InetAddress.FromV4(0xc6120002),
            Network = InetAddress.FromV4(0x64400000),
            Netmask = InetAddress.FromV4(0xffc00000),
            CacheSize = 100,
            Exclude = ["local"],
            Server = server is null ? null : InetAddress.Read(IPAddress.Parse(server).GetAddressBytes()),
        },
    };
}
