using System.Linq;
using System.Net;
using System.Threading;
using Penstock.Tests;
using Penstock.Tunnel.Configuration;
using Penstock.Tunnel.Tests.MappedDns;
using Penstock.Wire.Dns;
using Penstock.Wire.Tcp;
using Xunit;
using static Penstock.Tunnel.Tests.PacketTun;

namespace Penstock.Tunnel.Tests.Sessions;

/// <summary>Many streams that are ready at once, some of which no batch can take: queries over TCP have no descriptor.</summary>
public sealed class BatchedReceives
{
    private const int Apps = 8;
    private const int Rounds = 10;
    private const int AnswerIsLongerBy = 16;

    [Theory]
    [InlineData(IoUringUse.On)]
    [InlineData(IoUringUse.Off)]
    public void Every_buffer_comes_back(IoUringUse use) => OwnThread.Run(() =>
    {
        using var proxy = new ScriptedProxy();
        TunnelOptions options = proxy.Options(UdpRelay.Udp);
        options = options with
        {
            MapDns = new MapDnsOptions
            {
                Address = DnsClient.Address("198.18.0.2"),
                Port = 53,
                Network = DnsClient.Address("100.64.0.0"),
                Netmask = DnsClient.Address("255.192.0.0"),
                CacheSize = 1000,
            },
            Tun = options.Tun with { IoUring = use },
            Threading = options.Threading with { NumWorkers = 1 },
        };
        using var tun = new PacketTun(options);
        IPEndPoint server = At("198.18.0.2", 53);
        byte[] query = DnsClient.Query("www.example.com", DnsType.A);
        byte[] framed = [(byte)(query.Length >> 8), (byte)query.Length, .. query];
        var apps = new AppTcp[Apps];
        for (int i = 0; i < apps.Length; i++)
        {
            apps[i] = new AppTcp(tun, At("10.0.0.1", 4000 + i), server);
            apps[i].Begin(1);
            apps[i].Finish();
        }
        for (int round = 1; round <= Rounds; round++)
        {
            foreach (AppTcp app in apps)
                app.Say(TcpFlags.Ack, framed);
            long answered = round * Apps * (framed.Length + AnswerIsLongerBy);
            Assert.True(SpinWait.SpinUntil(() => tun.Tunnel.Snapshot().Shards[0].Counters.BytesFromUplink >= answered, OwnThread.Patience));
        }
        tun.Tunnel.Stop();
        Assert.Equal(0, tun.Tunnel.Snapshot().Shards.Sum(shard => shard.BuffersInUse));
    });
}
