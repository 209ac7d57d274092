using Penstock.Tunnel.Bypass;
using Penstock.Tunnel.Configuration;
using Penstock.Tunnel.Shards;
using Penstock.Tunnel.Tests.Configuration;
using Penstock.Wire.Ip;
using Xunit;

namespace Penstock.Tunnel.Tests.Bypass;

/// <summary>What the rules cover: networks of every length, names and their parents.</summary>
public sealed class BypassRulesTests
{
    [Theory]
    [InlineData("10.0.0.0/8", "10.255.255.255", true)]
    [InlineData("10.0.0.0/8", "11.0.0.0", false)]
    [InlineData("192.0.2.7", "192.0.2.7", true)]
    [InlineData("192.0.2.7", "192.0.2.8", false)]
    [InlineData("0.0.0.0/0", "203.0.113.9", true)]
    [InlineData("0.0.0.0/0", "2001:db8::1", false)]
    [InlineData("192.0.2.0/31", "192.0.2.1", true)]
    [InlineData("192.0.2.0/31", "192.0.2.2", false)]
    [InlineData("'::/0'", "2001:db8::1", true)]
    [InlineData("'::/0'", "192.0.2.1", false)]
    [InlineData("'2001:db8::/32'", "2001:db8:ffff::1", true)]
    [InlineData("'2001:db8::/32'", "2001:db9::1", false)]
    [InlineData("'2001:db8::/65'", "2001:db8::7fff:0:0:1", true)]
    [InlineData("'2001:db8::/65'", "2001:db8::8000:0:0:1", false)]
    [InlineData("'2001:db8::5'", "2001:db8::5", true)]
    [InlineData("'10.0.0.0/8,172.16.0.0/12,192.168.0.0/16,192.0.2.1'", "172.31.0.1", true)]
    [InlineData("'10.0.0.0/8,172.16.0.0/12,192.168.0.0/16,192.0.2.1'", "172.32.0.1", false)]
    public void Networks(string list, string address, bool isDirect)
    {
        Assert.True(InetAddress.TryParse(address, out InetAddress parsed));
        Assert.Equal(isDirect, Rules(list).Covers(parsed));
    }

    [Theory]
    [InlineData("example.com", "example.com", true)]
    [InlineData("example.com", "a.b.EXAMPLE.com", true)]
    [InlineData("example.com", "badexample.com", false)]
    [InlineData("example.com", "com", false)]
    [InlineData("example.com", "example.com.evil.test", false)]
    [InlineData("example.com", "", false)]
    [InlineData("Lan", "printer.lan", true)]
    [InlineData("10.0.0.0/8", "10.0.0.1", false)]
    public void Names(string list, string name, bool isDirect) => Assert.Equal(isDirect, Rules(list).Covers(name));

    [Fact]
    public void Mapped_addresses_are_known()
    {
        BypassRules rules = Rules("lan");
        Assert.True(InetAddress.TryParse("100.64.0.9", out InetAddress mapped));
        Assert.True(InetAddress.TryParse("fd64::9", out InetAddress mapped6));
        Assert.True(rules.IsMapped(mapped) && rules.IsMapped(mapped6));
        Assert.False(rules.IsMapped(InetAddress.FromV4(0x64000001)) || rules.IsMapped(InetAddress.FromV6(0, 1)));
    }

    [Fact]
    public void Sockets_have_what_socks5_says_unless_bypass_says_more()
    {
        Assert.Equal(9u, Rules("lan").Binding.Mark);
        Assert.Equal(7u, Rules("lan, mark: 7").Binding.Mark);
        Assert.Equal(0u, Rules("lan, mark: 0").Binding.Mark);
    }

    [Fact]
    public void Without_a_list_there_are_no_rules()
    {
        using var work = new BlockingWork(1);
        Assert.Null(BypassRules.From(new TunnelOptions(), new HostNames(work)));
    }

    private static BypassRules Rules(string list)
    {
        TunnelOptions options = ConfigText.Clean(
            $"socks5: {{ port: 1, address: 127.0.0.1, mark: 9 }}\nbypass: {{ list: {list} }}\n"
            + "mapdns: { address: 198.18.0.2, network: 100.64.0.0, netmask: 255.192.0.0, cache-size: 9, network6: 'fd64::' }");
        using var work = new BlockingWork(1);
        return BypassRules.From(options, new HostNames(work))!;
    }
}
