using System.Linq;
using System.Text;
using Penstock.Tunnel.Configuration;
using Xunit;

namespace Penstock.Tunnel.Tests.Configuration;

/// <summary>The forms in which one and the same file may come.</summary>
public sealed class EncodingTests
{
    private const string Plain = "socks5:\n  port: 1080\n  address: 127.0.0.1\ntunnel:\n  mtu: 1500\n  name: tun0\n";

    [Theory]
    [InlineData(Plain)]
    [InlineData("\ufeff" + Plain)]
    [InlineData("%YAML 1.1\n---\n" + Plain)]
    [InlineData("{\"socks5\": {\"port\": 1080, \"address\": \"127.0.0.1\"}, \"tunnel\": {\"mtu\": \"1500\", \"name\": \"tun0\"}}")]
    [InlineData("x: &a 1500\nsocks5: { port: 1080, address: 127.0.0.1 }\ntunnel: { mtu: *a, name: tun0 }\n")]
    [InlineData("x: &t { mtu: 1500, name: tun0 }\nsocks5: { port: 1080, address: 127.0.0.1 }\ntunnel: *t\n")]
    [InlineData("? tunnel\n: ? mtu\n  : 1500\n  ? name\n  : |-\n    tun0\nsocks5: { port: 1080, address: 127.0.0.1 }\n")]
    public void Same_meaning_in_every_form(string text)
    {
        TunnelOptions options = ConfigText.Parse(text).Options!;
        Assert.Equal((1500, "tun0", (ushort)1080, "127.0.0.1"), (options.Tun.Mtu, options.Tun.Name, options.Socks5.Port, options.Socks5.Address));
    }

    [Fact]
    public void Carriage_returns_and_wide_characters_are_read()
    {
        foreach (Encoding encoding in (Encoding[])[Encoding.Unicode, Encoding.BigEndianUnicode, Encoding.UTF8])
        {
            byte[] bytes = [.. encoding.GetPreamble(), .. encoding.GetBytes(Plain.Replace("\n", "\r\n"))];
            Assert.Equal(1500, TunnelConfiguration.Parse("wide.yml", bytes).Options!.Tun.Mtu);
        }
    }

    [Fact]
    public void Bytes_that_are_no_text_are_refused() =>
        Assert.Equal("it is not text", Assert.Single(TunnelConfiguration.Parse("x", [0x74, 0x3a, 0xff, 0x80]).Diagnostics).Found);

    [Fact]
    public void What_check_prints_reads_back_as_the_same_configuration()
    {
        string text = "tunnel: { name: 'a%d', ipv6: 'fc00::1', post-up-script: \"/x y/\\\"z\", offload: 'csum,uso', accept: early }\n"
            + "misc: { log-file: 'null', tcp-buffer-size: 4096, connect-timeout: -1, memory-budget: 64m, pid-file: 'a: b' }\n"
            + "threading: { num-workers: 3, enable-load-balancing: true }\n"
            + "socks5: { port: 1080, address: '::1', mark: 0x1b6, bind-interface: eth0 }\n"
            + "bypass: { list: [ 10.0.0.0/8, 'fd00::/8', example.com ], mark: 7 }\n"
            + "proxies: { policy: hash-source, list: [ { address: 192.0.2.1 }, { name: 'a b', address: p.example, port: 9, udp: auto, pool-size: 0 } ] }\n";
        ConfigurationResult first = ConfigText.Parse(text);
        ConfigurationResult second = ConfigText.Parse(EffectiveConfiguration.Format(first));
        Assert.DoesNotContain(second.Diagnostics, d => d.Severity == DiagnosticSeverity.Error);
        Assert.Equal(first.Options, second.Options);
    }

    [Fact]
    public void What_check_prints_names_each_source()
    {
        string printed = EffectiveConfiguration.Format(ConfigText.Parse(Plain));
        Assert.Matches(@"  mtu: 1500 +# test\.yml:5\n", printed);
        Assert.Matches(@"  log-level: warn +# default\n", printed);
        Assert.Equal(ConfigKeys.All.Count, printed.Split('\n').Count(line => line.StartsWith("  ", System.StringComparison.Ordinal)));
    }
}
