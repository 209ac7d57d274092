using System.Linq;
using Penstock.Tunnel.Configuration;
using Penstock.Tunnel.Tests.Configuration;
using Xunit;

namespace Penstock.Tunnel.Tests.Reloads;

/// <summary>What a reload takes over: exactly the keys that say so.</summary>
public sealed class ReloadReportTests
{
    private const string Everything = """
        tunnel: { name: a, mtu: 1400, multi-queue: true, ipv4: 10.9.9.9, ipv6: 'fd09::9', icmp: reply, post-up-script: u, pre-down-script: d, offload: 'off', io-uring: off, accept: early, congestion: newreno }
        socks5: { port: 9, address: 192.0.2.9, udp: auto, udp-address: 192.0.2.8, udp-offload: false, pipeline: true, pool-size: 9, username: x, password: y, mark: 9, tcp-fastopen: true, bind-interface: e9, bind-address: 192.0.2.7 }
        proxies: { policy: round-robin, check-interval: 99, check-timeout: 99, list: [ { address: 192.0.2.6 } ] }
        bypass: { list: lan, mark: 8, bind-interface: e8, bind-address: 192.0.2.5 }
        mapdns: { address: 198.18.0.9, port: 54, network: 100.64.0.0, netmask: 255.192.0.0, cache-size: 9, address6: 'fc00::9', network6: 'fd64::', prefix6: 64, ttl: 9, file: f, hijack: 'any:53', exclude: lan, server: 9.9.9.9 }
        misc: { tcp-buffer-size: 4096, udp-recv-buffer-size: 9, max-session-count: 9, connect-timeout: 9, tcp-read-write-timeout: 9, udp-read-write-timeout: 9, log-file: stdout, log-level: error, pid-file: p, limit-nofile: 9, memory-budget: 9m }
        threading: { num-workers: 9, enable-cpu-affinity: true, enable-load-balancing: true, max-sessions-per-thread: 9, work-queue-size: 9 }
        """;

    // What has no effect, or fills another key, has no value of its own.
    private static readonly string[] s_without = ["misc.task-stack-size", "misc.udp-copy-buffer-nums", "misc.read-write-timeout"];

    [Fact]
    public void Live_keys_change_and_the_others_wait()
    {
        TunnelOptions old = ConfigText.Clean(ConfigText.Proxy);
        TunnelOptions wanted = ConfigText.Clean(Everything);
        ReloadReport report = ReloadReport.Compare(old, wanted);
        Assert.Equal(Keys(isLive: true), report.Changed);
        Assert.Equal(Keys(isLive: false), report.Waiting);
        foreach (ConfigKey key in ConfigKeys.All)
            Assert.Equal((key.FullName, key.Effective(key.IsLive ? wanted : old)), (key.FullName, key.Effective(report.InForce)));
        Assert.Same(wanted.Socks5.Credentials, report.InForce.Socks5.Credentials);
    }

    [Fact]
    public void The_same_file_changes_nothing()
    {
        ReloadReport report = ReloadReport.Compare(ConfigText.Clean(Everything), ConfigText.Clean(Everything));
        Assert.Empty(report.Changed);
        Assert.Empty(report.Waiting);
    }

    [Theory]
    [InlineData("{ port: 1080, address: 127.0.0.1, username: a, password: c }", "socks5.username")]
    [InlineData("{ port: 1080, address: 127.0.0.1, username: a, password: b, mark: 7 }", "socks5.mark")]
    public void A_secret_that_differs_is_a_change(string socks5, string changed)
    {
        TunnelOptions old = ConfigText.Clean("socks5: { port: 1080, address: 127.0.0.1, username: a, password: b }");
        Assert.Equal(changed, ReloadReport.Compare(old, ConfigText.Clean("socks5: " + socks5)).Changed[0]);
    }

    private static string[] Keys(bool isLive) =>
        [.. ConfigKeys.All.Where(key => key.IsLive == isLive).Select(key => key.FullName).Except(s_without)];
}
