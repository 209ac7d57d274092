using System;
using System.Linq;
using Penstock.Tunnel.Configuration;
using Penstock.Wire.Ip;
using Xunit;

namespace Penstock.Tunnel.Tests.Configuration;

/// <summary>Rules that concern more than one key: sections, order, repetition, what ends a section.</summary>
public sealed class SectionTests
{
    [Fact]
    public void File_without_a_proxy_starts_and_says_that_every_session_fails()
    {
        TunnelOptions options = ConfigText.Warned("tunnel: { name: tun0 }\n", "socks5.address");
        Assert.Equal("tun0", options.Tun.Name);
    }

    [Theory]
    [InlineData("socks5: { address: 127.0.0.1 }", "socks5.port")]
    [InlineData("socks5: { port: 1080 }", "socks5.address")]
    [InlineData("socks5: { port: abc, address: 127.0.0.1 }", "socks5.port")]
    [InlineData("socks5: { port: 65536, address: 127.0.0.1 }", "socks5.port")]
    public void Proxy_needs_port_and_address(string text, string key) => ConfigText.Failed(text, key);

    [Theory]
    [InlineData("username", "password")]
    [InlineData("password", "username")]
    public void One_of_username_and_password_is_an_error_about_the_other(string given, string missing) =>
        ConfigText.Failed(ConfigText.With("socks5." + given, "x"), "socks5." + missing);

    [Fact]
    public void Empty_username_and_password_are_still_offered()
    {
        TunnelOptions options = ConfigText.Clean(ConfigText.With("socks5.username", "''\n  password: ''"));
        Assert.Equal(0, options.Socks5.Credentials!.Username.Length);
    }

    [Fact]
    public void Login_longer_than_255_bytes_is_cut_and_told()
    {
        TunnelOptions options = ConfigText.Warned(
            ConfigText.With("socks5.username", "u\n  password: " + new string('p', 300)), "socks5.password");
        Assert.Equal(255, options.Socks5.Credentials!.Password.Length);
    }

    [Theory]
    [InlineData("tunnel")]
    [InlineData("socks5")]
    [InlineData("mapdns")]
    [InlineData("misc")]
    public void Known_section_left_empty_is_an_error(string section)
    {
        string other = section == "socks5" ? "" : ConfigText.Proxy;
        Diagnostic error = ConfigText.Failed($"{other}{section}:\n  # log-level: debug\n", section);
        Assert.Equal(section == "socks5" ? 1 : 2, error.Line);
        ConfigText.Failed($"{other}{section}: [1, 2]\n", section);
        ConfigText.Failed($"{other}{section}: text\n", section);
    }

    [Fact]
    public void Threading_left_empty_is_only_a_warning_because_the_original_goes_on() =>
        ConfigText.Warned(ConfigText.Proxy + "threading:\n", "threading");

    [Fact]
    public void Order_of_sections_makes_no_difference()
    {
        string[] sections = [ConfigText.Proxy, "misc: { log-level: info }\n", "tunnel: { mtu: 1500 }\n"];
        TunnelOptions forward = ConfigText.Clean(string.Concat(sections));
        TunnelOptions backward = ConfigText.Clean(string.Concat(sections.AsEnumerable().Reverse()));
        Assert.Equal((forward.Tun, forward.Misc), (backward.Tun, backward.Misc));
    }

    [Fact]
    public void Repeated_section_merges_over_the_earlier_one()
    {
        TunnelOptions options = ConfigText.Warned(
            ConfigText.Proxy + "tunnel: { mtu: 1500, name: a }\ntunnel: { name: b, ipv4: 10.0.0.1 }\n", "tunnel");
        Assert.Equal((1500, "b", "10.0.0.1"), (options.Tun.Mtu, options.Tun.Name, options.Tun.Ipv4.ToString()));
    }

    [Fact]
    public void Repeated_mapdns_keeps_its_network()
    {
        const string Section = "mapdns: { network: 100.64.0.0, netmask: 255.192.0.0, cache-size: 100 }\n";
        ConfigurationResult result = ConfigText.Parse(ConfigText.Proxy + Section + Section);
        Assert.Equal(InetAddress.FromV4(0x64400000), result.Options!.MapDns.Network);
    }

    [Fact]
    public void Every_appearance_of_the_proxy_needs_port_and_address() =>
        ConfigText.Failed(ConfigText.Proxy + "socks5: { port: 1081 }\n", "socks5.address");

    [Fact]
    public void Last_of_equal_keys_counts() =>
        Assert.Equal(1400, ConfigText.Warned(ConfigText.Proxy + "tunnel: { mtu: 1500, mtu: 1400 }\n", "tunnel.mtu").Tun.Mtu);

    [Theory]
    [InlineData("misc: { max-session-count: 5, extra: [1], log-level: debug }", "misc")]
    [InlineData("misc: { max-session-count: 5, [k]: 1, log-level: debug }", "misc")]
    public void Misc_ends_at_the_first_pair_that_is_not_made_of_scalars(string text, string key)
    {
        ConfigurationResult result = ConfigText.Parse(ConfigText.Proxy + text);
        Assert.Equal("misc.log-level: warn", "misc.log-level: " + ConfigText.Effective(result.Options!, "misc.log-level"));
        Assert.Equal(5, result.Options!.Misc.MaxSessionCount);
        Assert.Contains(result.Diagnostics, d => d.Key == key && d.Outcome.Contains("rest of the section", StringComparison.Ordinal));
    }

    [Fact]
    public void Proxy_section_that_ends_before_its_address_is_an_error() =>
        ConfigText.Failed("socks5: { port: 1080, list: [], address: 127.0.0.1 }\n", "socks5.address");

    [Fact]
    public void Tunnel_goes_on_after_a_value_that_is_not_a_scalar()
    {
        ConfigurationResult result = ConfigText.Parse(ConfigText.Proxy + "tunnel: { name: [a], mtu: 1500 }\n");
        Assert.Equal((null, 1500), (result.Options!.Tun.Name, result.Options.Tun.Mtu));
        ConfigText.Says(result, "holds a list");
    }

    [Fact]
    public void Tunnel_ends_at_a_key_that_is_not_a_scalar()
    {
        ConfigurationResult result = ConfigText.Parse(ConfigText.Proxy + "tunnel: { name: a, [x]: 1, mtu: 1500 }\n");
        Assert.Equal(("a", 8500), (result.Options!.Tun.Name, result.Options.Tun.Mtu));
    }

    [Fact]
    public void Root_ends_at_a_key_that_is_not_a_scalar()
    {
        ConfigurationResult result = ConfigText.Parse(ConfigText.Proxy + "[x]: 1\ntunnel: { mtu: 1500 }\n");
        Assert.Equal(8500, result.Options!.Tun.Mtu);
        ConfigText.Says(result, "nothing from here on is read");
    }

    [Theory]
    [InlineData("misc: { read-write-timeout: 7 }", "7", "7")]
    [InlineData("misc: { read-write-timeout: 7, tcp-read-write-timeout: 8 }", "8", "7")]
    [InlineData("misc: { udp-read-write-timeout: 9, read-write-timeout: 7 }", "7", "9")]
    public void Legacy_timeout_fills_what_is_not_set(string text, string tcp, string udp)
    {
        TunnelOptions options = ConfigText.Clean(ConfigText.Proxy + text);
        Assert.Equal(tcp, ConfigText.Effective(options, "misc.tcp-read-write-timeout"));
        Assert.Equal(udp, ConfigText.Effective(options, "misc.udp-read-write-timeout"));
    }

    [Fact]
    public void Legacy_timeout_takes_the_place_of_one_that_is_not_positive()
    {
        ConfigurationResult result = ConfigText.Parse(ConfigText.Proxy + "misc: { tcp-read-write-timeout: 0, read-write-timeout: 7 }");
        Assert.Equal(TimeSpan.FromMilliseconds(7), result.Options!.Misc.TcpReadWriteTimeout);
    }

    [Theory]
    [InlineData("netmask: 255.255.255.0, cache-size: 256", "mapdns.cache-size")]
    [InlineData("cache-size: 256", "mapdns.netmask")]
    [InlineData("netmask: 255.0.255.0, cache-size: 16", "mapdns.netmask")]
    public void Cache_that_its_network_cannot_hold_is_an_error(string keys, string key) =>
        ConfigText.Failed($"{ConfigText.Proxy}mapdns: {{ network: 10.0.0.0, {keys} }}\n", key);

    [Fact]
    public void Cache_may_fill_its_network_but_for_one_address()
    {
        ConfigurationResult result = ConfigText.Parse(ConfigText.Proxy + "mapdns: { network: 10.0.0.0, netmask: 255.255.255.0, cache-size: 255 }\n");
        Assert.Equal(255, result.Options!.MapDns.CacheSize);
    }

    [Fact]
    public void Host_bits_of_a_mapped_network_are_left_out_and_told()
    {
        ConfigurationResult result = ConfigText.Parse(ConfigText.Proxy + "mapdns: { network: 10.0.0.9, netmask: 255.255.255.0, cache-size: 9 }\n");
        Assert.Equal(InetAddress.FromV4(0x0a000000), result.Options!.MapDns.Network);
        Assert.Contains(result.Diagnostics, d => d.Key == "mapdns.network");
    }
}
