using System;
using System.IO;
using System.Linq;
using System.Threading;
using Penstock.Tests;
using Penstock.Tunnel.Configuration;
using Penstock.Wire.Ip;
using Xunit;
using static Penstock.Tunnel.Tests.PacketTun;

namespace Penstock.Tunnel.Tests.MappedDns;

/// <summary><c>mapdns.file</c> of a running tunnel: real files.</summary>
public sealed class NameKeeperTests : IDisposable
{
    // "A? one.example"
    private const string Query = "123401000001000000000000036f6e65076578616d706c650000010001";

    private readonly string _directory = Directory.CreateTempSubdirectory("penstock-names-").FullName;

    private string FilePath => Path.Combine(_directory, "names");

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public void A_new_name_is_in_the_file_before_the_tunnel_ends() => OwnThread.Run(() =>
    {
        using var proxy = new ScriptedProxy();
        using var tun = new PacketTun(Options(proxy));
        Assert.False(File.Exists(FilePath));
        tun.Send(At("10.0.0.1", 4000), At("198.18.0.2", 53), Convert.FromHexString(Query));
        while (!File.Exists(FilePath))
            Thread.Yield(); // the watchdog ends a wait in vain
        Assert.Equal(["penstock-mapdns 1", "0 one.example"], File.ReadLines(FilePath).ToArray());
    });

    [Fact]
    public void Another_s_file_is_a_start_error_and_stays() => OwnThread.Run(() =>
    {
        File.WriteAllText(FilePath, "#!/bin/sh\n");
        using var proxy = new ScriptedProxy();
        IOException refused = Assert.ThrowsAny<IOException>(() => new PacketTun(Options(proxy)));
        Assert.Contains(FilePath, refused.Message, StringComparison.Ordinal);
        Assert.Equal("#!/bin/sh\n", File.ReadAllText(FilePath));
    });

    [Fact]
    public void A_file_that_has_become_another_s_is_not_overwritten_and_told() => OwnThread.Run(() =>
    {
        using var proxy = new ScriptedProxy();
        using var tun = new PacketTun(Options(proxy));
        File.WriteAllText(FilePath, "#!/bin/sh\n");
        tun.Tunnel.Stop();
        Assert.Equal("#!/bin/sh\n", File.ReadAllText(FilePath));
        Assert.Contains(FilePath, Assert.Single(tun.Warnings), StringComparison.Ordinal);
    });

    private TunnelOptions Options(ScriptedProxy proxy) => proxy.Options(UdpRelay.Udp) with
    {
        MapDns = new MapDnsOptions
        {
            Address = InetAddress.FromV4(0xc6120002), // 198.18.0.2
            Network = InetAddress.FromV4(0x64400000),
            Netmask = InetAddress.FromV4(0xffff0000),
            CacheSize = 10,
            File = FilePath,
        },
    };
}
