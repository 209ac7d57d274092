using System.Linq;
using Penstock.Tunnel.Configuration;
using Xunit;

namespace Penstock.Tunnel.Tests.Configuration;

/// <summary>The list of proxies: what its entries inherit, and what is wrong with those that are wrong.</summary>
public sealed class ProxyListTests
{
    private const string Defaults = "socks5: { port: 1080, address: 127.0.0.1, mark: 9, username: a, password: b, pool-size: 2 }\n";

    [Fact]
    public void An_entry_says_what_differs_from_socks5()
    {
        TunnelOptions options = ConfigText.Clean(Defaults + "proxies:\n  - address: 192.0.2.1\n  - { name: far, address: far.example, port: 9, mark: 0, username: c, password: d, pool-size: 0 }\n");
        Assert.Equal(["192.0.2.1:1080", "far"], options.Proxies.List.Select(entry => entry.Name));
        Assert.Equal(options.Socks5 with { Address = "192.0.2.1" }, options.Proxies.List[0].Socks5);
        Assert.Equal(
            options.Socks5 with { Address = "far.example", Port = 9, Mark = 0, PoolSize = 0, Credentials = new Credentials("c", "d") },
            options.Proxies.List[1].Socks5);
    }

    [Fact]
    public void A_list_needs_no_socks5_section() =>
        Assert.Equal(7, ConfigText.Clean("proxies: [ { address: 192.0.2.1, port: 7 } ]").Proxies.List[0].Socks5.Port);

    [Theory]
    [InlineData("proxies:\n  - port: 1\n", "proxies[0].address", 2)]
    [InlineData("proxies:\n  - address: 192.0.2.1\n    port: 0\n", "proxies[0].port", 3)]
    [InlineData("proxies:\n  - address: 192.0.2.1\n  - address: 192.0.2.1\n", "proxies[1].name", 3)]
    [InlineData("proxies:\n  - 192.0.2.1\n", "proxies[0]", 2)]
    [InlineData("proxies:\n  - address: 192.0.2.1\n    username: x\n", "proxies[0].password", 3)]
    [InlineData("proxies:\n  - address: 192.0.2.1\n    name: ''\n", "proxies[0].name", 3)]
    [InlineData("proxies:\n  - address: 192.0.2.1\n    address: 192.0.2.2\n", "proxies[0].address", 3)]
    [InlineData("proxies:\n  - address: 192.0.2.1\n    pool-size: 2000\n", "proxies[0].pool-size", 3)]
    [InlineData("proxies:\n  list: []\n", "proxies.list", 2)]
    [InlineData("proxies:\n", "proxies", 1)]
    public void A_mistake_is_told_with_its_line_and_key(string text, string key, int line) =>
        Assert.Equal(line, ConfigText.Failed(text + ConfigText.Proxy, key).Line);

    [Fact]
    public void An_unknown_key_is_told_with_what_was_meant() => ConfigText.Says(
        ConfigText.Parse(ConfigText.Proxy + "proxies:\n  - adress: 192.0.2.1\n    address: 192.0.2.1\n"), "did you mean address?");

    [Fact]
    public void No_secret_of_a_list_is_shown()
    {
        ConfigurationResult result = ConfigText.Parse(Defaults + "proxies:\n  - { address: 192.0.2.1, username: uuu, password: sss }\n");
        string printed = EffectiveConfiguration.Format(result);
        Assert.DoesNotContain("uuu", printed, System.StringComparison.Ordinal);
        Assert.DoesNotContain("sss", printed, System.StringComparison.Ordinal);
    }
}
