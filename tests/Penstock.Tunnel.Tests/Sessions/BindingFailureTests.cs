using System;
using System.Net;
using Penstock.Linux;
using Penstock.Tests;
using Penstock.Tunnel.Configuration;
using Penstock.Tunnel.Uplinks;
using Penstock.Wire.Icmp;
using Penstock.Wire.Ip;
using Xunit;
using static Penstock.Tunnel.Tests.PacketTun;

namespace Penstock.Tunnel.Tests.Sessions;

/// <summary>Sockets that cannot be what the configuration wants: the log names the key, not the proxy.</summary>
public sealed class BindingFailureTests
{
    private static readonly IPEndPoint s_app = At("10.0.0.1", 4000);
    private static readonly IPEndPoint s_server = At("203.0.113.1", 7000);

    [Theory]
    [InlineData("mark", Errno.EPERM, "socks5.mark 438 may not be set: it needs CAP_NET_ADMIN")]
    [InlineData("mark", Errno.ENOPROTOOPT, "socks5.mark 438 is not possible: Protocol not available")]
    [InlineData("interface", Errno.ENODEV, "socks5.bind-interface eth9: there is no such interface")]
    [InlineData("interface", Errno.EPERM, "socks5.bind-interface eth9 may not be set: it needs CAP_NET_RAW")]
    [InlineData("address", Errno.EADDRNOTAVAIL, "socks5.bind-address 192.0.2.1: this host has no such address")]
    [InlineData("address", Errno.EACCES, "socks5.bind-address 192.0.2.1 is not possible: Permission denied")]
    public void Each_option_has_its_words(string option, int errno, string expected)
    {
        SocketBinding binding = new(438, "eth9", InetAddress.FromV4(0xc0000201));
        SysResult failed = SysResult.Failed(errno);
        Assert.Equal(expected, option switch
        {
            "mark" => binding.MarkRefused(failed),
            "interface" => binding.InterfaceRefused(failed),
            _ => binding.LocalRefused(failed),
        });
    }

    [Fact]
    public void A_flow_s_refusal_names_the_key() => OwnThread.Run(() =>
    {
        using var proxy = new ScriptedProxy();
        TunnelOptions options = proxy.Options(UdpRelay.Udp);
        using var tun = new PacketTun(options with { Socks5 = options.Socks5 with { BindInterface = "nope0" } });
        new AppTcp(tun, s_app, s_server).Begin(1000);
        tun.Receive();
        Assert.Equal("socks5.bind-interface nope0: there is no such interface", Assert.Single(tun.Warnings));
    });

    [Fact]
    public void A_proxy_of_several_is_named_with_its_key() => OwnThread.Run(() =>
    {
        using var proxy = new ScriptedProxy();
        Socks5Options wrong = proxy.Options(UdpRelay.Udp).Socks5 with { BindAddress = InetAddress.FromV4(0xc0000201) };
        using var tun = new PacketTun(new TunnelOptions
        {
            Proxies = new ProxiesOptions
            {
                CheckInterval = TimeSpan.Zero,
                List = [new ProxyEntry("near", wrong), new ProxyEntry("far", wrong)],
            },
        });
        new AppTcp(tun, s_app, s_server).Begin(1000);
        tun.Receive();
        Assert.Contains("near: bind-address 192.0.2.1: this host has no such address", tun.Warnings);
        Assert.Contains("far: bind-address 192.0.2.1: this host has no such address", tun.Warnings);
    });

    [Fact]
    public void A_relay_s_socket_names_the_key_as_well() => OwnThread.Run(() =>
    {
        using var proxy = new ScriptedProxy();
        TunnelOptions options = proxy.Options(UdpRelay.Udp) with { Bypass = new BypassOptions() };
        using var tun = new PacketTun(options with { Socks5 = options.Socks5 with { BindInterface = "nope0" } });
        tun.Send(s_app, s_server, "a"u8);
        Assert.Equal((IcmpType.DestinationUnreachable, (byte)3), tun.ExpectError("203.0.113.1"));
        Assert.Contains(tun.Warnings, line => line.Contains("socks5.bind-interface nope0: there is no such interface", StringComparison.Ordinal));
    });
}
