using System;
using System.Linq;
using Penstock.Tunnel.Configuration;
using Xunit;

namespace Penstock.Tunnel.Tests.Configuration;

/// <summary>How a mistake is told: place, key, what was found, what is accepted; and never a secret.</summary>
public sealed class MistakeTests
{
    [Fact]
    public void Line_names_file_line_key_value_and_choice()
    {
        ConfigurationResult result = ConfigText.Parse("tunnel:\n  mtu: 1500\n  ipv4: 198.18.0.1/15\n" + ConfigText.Proxy);
        Assert.Equal(
            "test.yml:3: warning: tunnel.ipv4: found \"198.18.0.1/15\"; accepted: a plain IPv4 address without a prefix length; "
            + "the interface gets no IPv4 address",
            Assert.Single(ConfigText.Lines(result)));
    }

    [Theory]
    [InlineData(1279, true)]
    [InlineData(1280, false)]
    public void Mtu_that_is_too_small_for_the_address_is_told_with_the_least(int mtu, bool isTold)
    {
        ConfigurationResult result = ConfigText.Parse($"tunnel: {{ mtu: {mtu}, ipv6: 'fc00::1' }}\n" + ConfigText.Proxy);
        Assert.Equal(mtu, result.Options!.Tun.Mtu);
        Assert.Equal(isTold, ConfigText.Lines(result).Any(line => line.Contains("1280", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("tunnel: { mtuu: 1500 }", "unknown key \"mtuu\"; accepted: did you mean mtu?")]
    [InlineData("tunnel: { MTU: 1500 }", "unknown key \"MTU\"; accepted: did you mean mtu?")]
    [InlineData("misc: { log_level: debug }", "did you mean log-level?")]
    [InlineData("misc: { mtu: 1500 }", "did you mean tunnel.mtu?")]
    [InlineData("tunel: { mtu: 1500 }", "unknown section \"tunel\"; accepted: did you mean tunnel?")]
    [InlineData("mtu: 1500", "unknown section \"mtu\"; accepted: did you mean tunnel.mtu?")]
    [InlineData("tunnel: { colour: blue }", "unknown key \"colour\"; it is passed over")]
    [InlineData("tunnel: { <<: { mtu: 1500 } }", "unknown key \"<<\"")]
    [InlineData("else: [1, 2, 3]", "unknown section \"else\"; accepted: tunnel, socks5, proxies, bypass, mapdns, misc, threading")]
    public void Unknown_word_is_a_warning_with_what_was_meant(string text, string says)
    {
        ConfigurationResult result = ConfigText.Parse(ConfigText.Proxy + text);
        Assert.NotNull(result.Options);
        ConfigText.Says(result, says);
    }

    [Theory]
    [InlineData("", "the file is empty")]
    [InlineData("# nothing\n", "the file is empty")]
    [InlineData("---\n...\n", "nothing at the root")]
    [InlineData("- a\n- b\n", "a list at the root")]
    [InlineData("text", "a single value at the root")]
    public void File_without_a_mapping_is_an_error(string text, string says)
    {
        ConfigurationResult result = ConfigText.Parse(text);
        Assert.Null(result.Options);
        ConfigText.Says(result, says);
    }

    [Theory]
    [InlineData("tunnel:\n\tmtu: 1500\n", 2)]
    [InlineData("tunnel:\n  mtu: 1500\n name: a\n", 3)]
    [InlineData("tunnel: {\n", 2)]
    [InlineData("tunnel: *nobody\n", 1)]
    [InlineData("tunnel: { name: 'a\n", 1)]
    public void Text_that_is_not_yaml_is_an_error_with_line_and_column(string text, int line)
    {
        Diagnostic error = Assert.Single(ConfigText.Parse(text).Diagnostics);
        Assert.Equal((DiagnosticSeverity.Error, line), (error.Severity, error.Line));
        Assert.Contains("column", error.Found, StringComparison.Ordinal);
    }

    [Fact]
    public void Second_document_is_told_and_not_read()
    {
        ConfigurationResult result = ConfigText.Parse(ConfigText.Proxy + "---\ntunnel: { mtu: 1500 }\n");
        Assert.Equal(8500, result.Options!.Tun.Mtu);
        ConfigText.Says(result, "only the first is read");
    }

    [Fact]
    public void What_stands_behind_the_first_document_need_not_be_yaml() =>
        Assert.NotNull(ConfigText.Parse(ConfigText.Proxy + "---\n{{{\t").Options);

    [Fact]
    public void Nothing_that_is_printed_holds_a_secret()
    {
        string[] texts =
        [
            ConfigText.With("socks5.username", "hush-user\n  password: hush-word"),
            ConfigText.With("socks5.password", "hush-word"),
            ConfigText.With("socks5.username", "hush-user\n  password: hush-word" + new string('x', 300)),
            ConfigText.With("socks5.username", "hush-user\n  password: hush-word\n  password: hush-again"),
            "socks5: { port: 1080, address: 127.0.0.1, username: hush-user, password:hush-word }\n",
            ConfigText.With("socks5.pasword", "hush-word"),
            ConfigText.With("socks5.password", "[hush-word]"),
            "socks5: { port: 1080, address: 127.0.0.1, username: hush-user, password: hush-word\n",
            "socks5:\n  port: 1080\n  password: hush-word\n bad\n",
            "socks5: { port: 1080, address: hush-user:hush-word@proxy.example }\n",
            "hush-user:hush-word",
        ];
        foreach (string text in texts)
        {
            ConfigurationResult result = ConfigText.Parse(text);
            string printed = string.Join('\n', ConfigText.Lines(result)) + EffectiveConfiguration.Format(result) + result.Options;
            Assert.DoesNotContain("hush-", printed, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Value_in_a_message_stays_on_one_line_and_short()
    {
        ConfigurationResult result = ConfigText.Parse(ConfigText.Proxy + "tunnel: { ipv4: \"a\\nb" + new string('c', 9000) + "\" }\n");
        string line = Assert.Single(ConfigText.Lines(result));
        Assert.DoesNotContain('\n', line);
        Assert.InRange(line.Length, 1, 400);
    }

    [Fact]
    public void Missing_file_and_directory_are_errors_that_name_them()
    {
        foreach (string path in (string[])["/nonexistent/penstock.yml", "/proc", "", "a\0b"])
        {
            ConfigurationResult result = TunnelConfiguration.Load(path);
            Assert.Null(result.Options);
            Assert.StartsWith(path, Assert.Single(result.Diagnostics).ToString(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void File_without_end_is_refused() =>
        Assert.Contains("too large", Assert.Single(TunnelConfiguration.Load("/dev/zero").Diagnostics).Found, StringComparison.Ordinal);
}
