using System.Collections.Generic;
using Penstock.Tunnel.Proxies;

namespace Penstock.Tunnel.Statistics;

/// <summary>What has been counted about one proxy, over all shards.</summary>
public sealed record ProxyStatistics
{
    /// <summary>What the configuration calls it.</summary>
    public required string Name { get; init; }

    /// <summary>It is fit for new flows.</summary>
    public bool IsUp { get; init; }

    /// <summary>Streams and associations that it carries, or is being asked for.</summary>
    public int Sessions { get; init; }

    /// <summary>Connections that stand ready for a command, or are being made ready.</summary>
    public int WarmConnections { get; init; }

    /// <summary>Commands that it carried out.</summary>
    public long Opened { get; init; }

    /// <summary>Those of them, and of the refused, that went out on a connection that stood ready.</summary>
    public long OpenedWarm { get; init; }

    /// <summary>Commands that it refused.</summary>
    public long Refused { get; init; }

    /// <summary>Attempts that it failed: not reached, silent, or no SOCKS5.</summary>
    public long Failed { get; init; }

    /// <summary>Flows that went on to another proxy after such an attempt.</summary>
    public long MovedOn { get; init; }

    /// <summary>Bytes sent on its TCP connections after the handshake.</summary>
    public long BytesSent { get; init; }

    /// <summary>Bytes received on them.</summary>
    public long BytesReceived { get; init; }

    internal static IReadOnlyList<ProxyStatistics> Of(ProxySet proxies)
    {
        var all = new List<ProxyStatistics>(proxies.Servers.Count);
        foreach (ProxyServer server in proxies.Servers)
        {
            ProxyStatistics sum = new()
            {
                Name = server.Name,
                IsUp = server.Health.IsUp,
                Sessions = server.Sessions,
                WarmConnections = server.Connections.Taken,
            };
            foreach (ProxyCounters shard in server.Counters)
            {
                sum = sum with
                {
                    Opened = sum.Opened + shard.Opened,
                    OpenedWarm = sum.OpenedWarm + shard.Warm,
                    Refused = sum.Refused + shard.Refused,
                    Failed = sum.Failed + shard.Failed,
                    MovedOn = sum.MovedOn + shard.MovedOn,
                    BytesSent = sum.BytesSent + shard.BytesSent,
                    BytesReceived = sum.BytesReceived + shard.BytesReceived,
                };
            }
            all.Add(sum);
        }
        return all;
    }
}
