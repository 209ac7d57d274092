using System;
using Penstock.Tunnel.Configuration;
using Xunit;

namespace Penstock.Tunnel.Tests.Configuration;

/// <summary>What each section may say, and two of them together may not.</summary>
public sealed class BetweenSectionsTests
{
    private const string Mapped = "mapdns: { address: 198.18.0.2, network: 100.64.0.0, netmask: 255.192.0.0, cache-size: 1000, network6: 'fd64::' }\n";

    [Theory]
    [InlineData("[ lan, 10.0.0.0/8 ]", "", true)]
    [InlineData("[ lan ]", "mapdns: { address: 198.18.0.2 }\n", true)]
    [InlineData("[ lan ]", Mapped, false)]
    [InlineData("[ 10.0.0.0/8 ]", "", false)]
    public void Domains_that_go_direct_need_mapped_dns(string list, string more, bool isTold)
    {
        string text = ConfigText.Proxy + "bypass: { list: " + list + ", mark: 1 }\n" + more;
        if (!isTold)
            ConfigText.Clean(text);
        else
            Assert.Single(ConfigText.Warned(text, "bypass.list").Bypass.Domains);
    }

    [Theory]
    [InlineData("socks5: { port: 1080, address: 100.64.3.231 }\n", "socks5.address")]
    [InlineData("socks5: { port: 1080, address: 'fd64::9' }\n", "socks5.address")]
    [InlineData(ConfigText.Proxy + "proxies: [ { address: 192.0.2.1 }, { address: 100.64.0.9 } ]\n", "proxies[1].address")]
    public void A_proxy_among_the_mapped_addresses_is_an_error(string proxies, string key)
    {
        Diagnostic error = ConfigText.Failed(proxies + Mapped, key);
        Assert.Contains("mapdns.network", error.Found, StringComparison.Ordinal);
        Assert.True(error.Line > 0);
    }

    [Theory]
    [InlineData("socks5: { port: 1080, address: 100.64.3.232 }\n" + Mapped)] // in the network, beyond the cache
    [InlineData("socks5: { port: 1080, address: 100.64.0.9 }\nmapdns: { network: 100.64.0.0, netmask: 255.192.0.0 }\n")]
    [InlineData("socks5: { port: 1080, address: 100.64.0.9 }\nproxies: [ { address: 192.0.2.1 } ]\n" + Mapped)]
    [InlineData(ConfigText.Proxy + "tunnel: { ipv4: 100.64.0.1, ipv6: 'fd64::1' }\n" + Mapped)]
    public void What_no_name_is_given_is_none(string text) => ConfigText.Clean(text);

    [Fact]
    public void A_network_without_an_address_for_a_name_is_an_error()
    {
        ConfigText.Failed(ConfigText.Proxy + "mapdns: { address: 10.0.0.0, network: 10.0.0.0, netmask: 255.255.255.254, cache-size: 1 }\n", "mapdns.cache-size");
        ConfigText.Failed(ConfigText.Proxy + "tunnel: { ipv4: 10.0.0.0 }\nmapdns: { network: 10.0.0.0, netmask: 255.255.255.254, cache-size: 1 }\n", "mapdns.cache-size");
    }

    [Fact]
    public void Host_bits_of_a_mapped_ipv6_network_are_told()
    {
        TunnelOptions options = ConfigText.Warned(ConfigText.Proxy + Mapped.Replace("fd64::", "fd64::1:0:0:9", StringComparison.Ordinal), "mapdns.network6");
        Assert.Equal("fd64::1:0:0:0", options.MapDns.Network6.ToString());
    }

    [Theory]
    [InlineData("socks5: { port: 1, address: 192.0.2.1, bind-address: 'fd00::1' }\n", "socks5.bind-address", "fd00::1", "192.0.2.1")]
    [InlineData("socks5: { port: 1, address: 'fd00::1', bind-address: 192.0.2.1 }\n", "socks5.bind-address", "192.0.2.1", "fd00::1")]
    [InlineData("socks5: { port: 1, address: 192.0.2.1, bind-address: 192.0.2.9 }\nproxies: [ { address: 192.0.2.2 }, { address: 'fd00::1' } ]\n", "proxies[1].bind-address", "192.0.2.9", "fd00::1")]
    [InlineData(ConfigText.Proxy + "bypass: { list: 10.0.0.0/8, mark: 1, bind-address: 'fd00::1' }\n", "bypass.bind-address", "fd00::1", "10.0.0.0/8")]
    [InlineData("socks5: { port: 1, address: 192.0.2.1, bind-address: 192.0.2.9, mark: 1 }\nbypass: { list: 'fd00::/8' }\n", "bypass.bind-address", "192.0.2.9", "fd00::/8")]
    public void A_local_address_of_the_other_family_is_told_with_both(string text, string key, string local, string remote)
    {
        ConfigurationResult result = ConfigText.Parse(text);
        Diagnostic warning = Assert.Single(result.Diagnostics, d => d.Severity == DiagnosticSeverity.Warning);
        Assert.NotNull(result.Options);
        Assert.Equal(key, warning.Key);
        Assert.True(warning.Line > 0);
        Assert.Contains(local, warning.Found, StringComparison.Ordinal);
        Assert.Contains(remote, warning.Found, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("socks5: { port: 1, address: proxy.example, bind-address: 'fd00::1' }\n")]
    [InlineData("socks5: { port: 1, address: 192.0.2.1, bind-address: 'fd00::1' }\nproxies: [ { address: 'fd00::2' } ]\n")]
    [InlineData(ConfigText.Proxy + "bypass: { list: [ 10.0.0.0/8, 'fd00::/8' ], mark: 1, bind-address: 192.0.2.9 }\n")]
    public void A_local_address_that_is_of_use_is_not_told(string text) =>
        Assert.DoesNotContain(ConfigText.Parse(text).Diagnostics, d => d.Severity != DiagnosticSeverity.Note);

    [Theory]
    [InlineData("'*.corp.example, lan.'", "corp.example,lan")]
    [InlineData("B\u00dccher.example", "xn--bcher-kva.example")]
    [InlineData("xn--p1ai", "xn--p1ai")]
    [InlineData("printer2, 168.192.in-addr.arpa", "printer2,168.192.in-addr.arpa")]
    [InlineData("_tcp.example", "_tcp.example")]
    public void Domains_are_read_alike_wherever_they_stand(string text, string expected)
    {
        string list = text.Trim('\'');
        TunnelOptions options = ConfigText.Clean(
            $"{ConfigText.Proxy}bypass: {{ list: '{list}', mark: 1 }}\n{Mapped.TrimEnd(' ', '}', '\n')}, exclude: '{list}' }}\n");
        Assert.Equal(expected, ConfigText.Effective(options, "bypass.list"));
        Assert.Equal(expected, ConfigText.Effective(options, "mapdns.exclude"));
    }

    [Theory]
    [InlineData("http://a.example/")]
    [InlineData("a.example:53")]
    [InlineData("a b.example")]
    [InlineData("a.*.example")]
    [InlineData("*")]
    [InlineData(".")]
    [InlineData("10.0.0")]
    [InlineData("10.0.0.0/33")]
    [InlineData("cafe\u0301.example")] // no letter that a client would ask for: composed it is one
    public void What_is_no_domain_is_an_error_wherever_it_stands(string text)
    {
        string quoted = $"'{text}'";
        Diagnostic error = ConfigText.Failed($"{ConfigText.Proxy}bypass: {{ list: [ {quoted} ], mark: 1 }}\n{Mapped}", "bypass.list");
        Assert.Contains("xn--", error.Accepted, StringComparison.Ordinal);
        error = ConfigText.Failed(ConfigText.With("mapdns.exclude", quoted), "mapdns.exclude");
        Assert.Contains("xn--", error.Accepted, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("10.0.0.0/8")]
    [InlineData("10.1.2.3")]
    public void An_excluded_network_is_an_error(string text) => ConfigText.Failed(ConfigText.With("mapdns.exclude", text), "mapdns.exclude");
}
