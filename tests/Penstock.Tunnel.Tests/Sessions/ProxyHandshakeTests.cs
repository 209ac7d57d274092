using System;
using System.IO;
using System.Net;
using System.Net.Sockets;
using System.Threading;
using Penstock.Tests;
using Penstock.Tunnel.Configuration;
using Penstock.Wire.Tcp;
using Xunit;
using static Penstock.Tunnel.Tests.PacketTun;

namespace Penstock.Tunnel.Tests.Sessions;

/// <summary>CONNECT against a scripted proxy: real sockets and a real tunnel; the test has the app's packets and the proxy's bytes.</summary>
public sealed class ProxyHandshakeTests
{
    private const string Greeting = "050102";
    private const string Authentication = "01046e616d6506736563726574"; // name, secret
    private const string Request = "05010001cb0071011b58"; // 203.0.113.1:7000
    private const string Succeeded = "05000001000000000000";

    private static readonly IPEndPoint s_app = At("10.0.0.1", 4000);
    private static readonly IPEndPoint s_server = At("203.0.113.1", 7000);

    [Theory]
    [InlineData("0502", "0100")]
    [InlineData("0500", "")] // the proxy asks for none: the credentials that were sent already have no answer
    public void Pipelined_credentials_and_request_come_at_once_and_the_answers_are_read_in_order(string method, string verdict) => OwnThread.Run(() =>
    {
        using var proxy = new ScriptedProxy();
        using var tun = new PacketTun(Options(proxy, "  username: name\n  password: secret\n  pipeline: true\n"));
        using Socket end = Begin(tun, proxy, out AppTcp app);
        string all = Greeting + Authentication + Request;
        Assert.Equal(all, ScriptedProxy.Read(end, all.Length / 2));
        foreach (char[] octet in Chunks(method + verdict + Succeeded))
            ScriptedProxy.Write(end, new string(octet));
        app.Finish();
        Exchange(app, end);
    });

    [Fact]
    public void Without_pipelining_each_message_waits_for_the_answer_before_it() => OwnThread.Run(() =>
    {
        using var proxy = new ScriptedProxy();
        using var tun = new PacketTun(Options(proxy, "  username: name\n  password: secret\n"));
        using Socket end = Begin(tun, proxy, out AppTcp app);
        (string Expected, string Answer)[] steps = [(Greeting, "0502"), (Authentication, "0100"), (Request, Succeeded)];
        foreach ((string expected, string answer) in steps)
        {
            Assert.Equal(expected, ScriptedProxy.Read(end, expected.Length / 2));
            Assert.Equal(0, end.Available);
            ScriptedProxy.Write(end, answer);
        }
        app.Finish();
        Exchange(app, end);
    });

    /// <summary>A kernel that is told of more to come (MSG_MORE, TCP_CORK) keeps a short text back, with a probe timer behind it.</summary>
    [Fact]
    public void The_greeting_is_not_held_back_in_the_kernel() => OwnThread.Run(() =>
    {
        using var proxy = new ScriptedProxy();
        using var tun = new PacketTun(Options(proxy, ""));
        using Socket end = Begin(tun, proxy, out AppTcp app);
        while (end.Available == 0)
            Assert.False(KeepsTextBack((IPEndPoint)end.RemoteEndPoint!), "text of the tunnel waits in its socket for more");
    });

    [Fact]
    public void Credentials_are_in_no_line_of_a_log_of_everything() => OwnThread.Run(() =>
    {
        using var proxy = new ScriptedProxy();
        using var tun = new PacketTun(Options(proxy, "  username: name\n  password: secret\n")) { LogsAll = true };
        using Socket end = Begin(tun, proxy, out AppTcp app);
        (string Expected, string Answer)[] steps = [(Greeting, "0502"), (Authentication, "0100"), (Request, Succeeded)];
        foreach ((string expected, string answer) in steps)
        {
            Assert.Equal(expected, ScriptedProxy.Read(end, expected.Length / 2));
            ScriptedProxy.Write(end, answer);
        }
        app.Finish();
        lock (tun.Lines)
        {
            Assert.NotEmpty(tun.Lines);
            Assert.DoesNotContain(tun.Lines, line => line.Contains("secret", StringComparison.Ordinal));
        }
    });

    [Fact]
    public void Refused_credentials_refuse_the_app_and_are_in_no_line() => OwnThread.Run(() =>
    {
        using var proxy = new ScriptedProxy();
        using var tun = new PacketTun(Options(proxy, "  username: name\n  password: secret\n  pipeline: true\n"));
        using Socket end = Begin(tun, proxy, out AppTcp app);
        ScriptedProxy.Read(end, Greeting.Length / 2);
        ScriptedProxy.Write(end, "05020101");
        tun.Receive(s_server, s_app, out TcpSegment answer);
        Assert.Equal(TcpFlags.Rst | TcpFlags.Ack, answer.Flags);
        lock (tun.Warnings)
            Assert.DoesNotContain(tun.Warnings, line => line.Contains("secret", StringComparison.Ordinal));
    });

    [Fact]
    public void A_connect_timeout_of_minus_one_is_none() => OwnThread.Run(() =>
    {
        using var proxy = new ScriptedProxy();
        TunnelOptions options = Options(proxy, "misc:\n  connect-timeout: -1\n");
        Assert.Equal(Timeout.InfiniteTimeSpan, options.Misc.ConnectTimeout);
        using var tun = new PacketTun(options);
        AppTcp app = new(tun, s_app, s_server);
        Exchange(app, app.Open(proxy, 1));
    });

    [Theory]
    [InlineData("early")]
    [InlineData("proxy")]
    public void A_proxy_that_stays_silent_ends_the_session_when_the_handshake_has_taken_too_long(string accept) => OwnThread.Run(() =>
    {
        using var proxy = new ScriptedProxy();
        using var tun = new PacketTun(Options(proxy, $"misc:\n  tcp-read-write-timeout: 300\ntunnel:\n  accept: {accept}\n"));
        using Socket end = Begin(tun, proxy, out AppTcp app);
        if (accept == "early")
        {
            app.Finish();
            app.Say(TcpFlags.Ack | TcpFlags.Psh, "hello"u8);
            app.AwaitAck();
            tun.Receive(s_server, s_app, out TcpSegment reset);
            Assert.True(reset.Has(TcpFlags.Rst));
        }
        while (tun.Tunnel.Snapshot().Sum(s => s.Counters.SessionsOpen) > 0)
            Thread.Yield(); // the watchdog ends a wait in vain
        ScriptedProxy.Read(end, 3);
        Assert.Equal(0, end.Receive(new byte[1]));
    });

    private static void Exchange(AppTcp app, Socket end)
    {
        app.Say(TcpFlags.Ack | TcpFlags.Psh, "hello"u8);
        app.AwaitAck();
        Assert.Equal("68656c6c6f", ScriptedProxy.Read(end, 5));
        end.Send("world"u8);
        byte[] text;
        do
            app.Receive(out text);
        while (text.Length == 0);
        Assert.Equal("world"u8.ToArray(), text);
    }

    /// <summary>An app's SYN arrives, and the proxy has the connection that it causes.</summary>
    private static Socket Begin(PacketTun tun, ScriptedProxy proxy, out AppTcp app)
    {
        app = new AppTcp(tun, s_app, s_server);
        app.Begin(1);
        return proxy.AcceptSilently();
    }

    private static TunnelOptions Options(ScriptedProxy proxy, string more)
    {
        string text = $"socks5:\n  address: {proxy.Host}\n  port: {proxy.Port}\n  pool-size: 0\n{more}";
        ConfigurationResult result = TunnelConfiguration.Parse("test.yml", System.Text.Encoding.UTF8.GetBytes(text));
        Assert.Empty(result.Diagnostics);
        return result.Options!;
    }

    private static char[][] Chunks(string hex)
    {
        char[][] octets = new char[hex.Length / 2][];
        for (int i = 0; i < octets.Length; i++)
            octets[i] = [hex[2 * i], hex[2 * i + 1]];
        return octets;
    }

    /// <summary>The socket of this end has text that was never sent, in /proc/net/tcp: a queue, and the timer of zero window probes.</summary>
    private static bool KeepsTextBack(IPEndPoint local)
    {
        const string ProbeTimer = "04:";
        foreach (string line in File.ReadLines("/proc/net/tcp"))
        {
            string[] words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (words[1].EndsWith($":{local.Port:X4}", StringComparison.Ordinal) && words[5].StartsWith(ProbeTimer, StringComparison.Ordinal))
                return true;
        }
        return false;
    }
}
