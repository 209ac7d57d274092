using System.Collections.Generic;
using System.Globalization;
using System.Text;

namespace Penstock.Tunnel.Statistics;

/// <summary>A snapshot as text for a person: totals, a line a shard, and what went wrong, if anything did.</summary>
public static class StatisticsReport
{
    /// <summary>The lines, without line breaks.</summary>
    public static IReadOnlyList<string> Lines(TunnelStatistics statistics)
    {
        List<string> lines =
        [
            "device: " + Words(
                ("packets in", statistics.Sum(s => s.Counters.PacketsFromTun)),
                ("bytes in", statistics.Sum(s => s.Counters.BytesFromTun)),
                ("packets out", statistics.Sum(s => s.Counters.PacketsToTun)),
                ("bytes out", statistics.Sum(s => s.Counters.BytesToTun))),
            "sessions: " + Words(
                ("open", statistics.Sum(s => s.Counters.SessionsOpen)),
                ("opened", statistics.Sum(s => s.Counters.SessionsOpened)),
                ("refused", statistics.Sum(s => s.Counters.SessionsRefused)),
                ("evicted", statistics.Sum(s => s.Counters.SessionsEvicted)),
                ("half-open dropped", statistics.Sum(s => s.Counters.HalfOpenDropped)),
                ("idle", statistics.Sum(s => s.Counters.SessionsIdledOut)),
                ("without descriptor", statistics.Sum(s => s.Counters.SessionsWithoutDescriptor))),
            "uplink: " + Words(
                ("bytes sent", statistics.Sum(s => s.Counters.BytesToUplink)),
                ("bytes received", statistics.Sum(s => s.Counters.BytesFromUplink))),
            "udp: " + Words(
                ("open", statistics.Sum(s => s.Counters.UdpSessionsOpen)),
                ("opened", statistics.Sum(s => s.Counters.UdpSessionsOpened)),
                ("refused", statistics.Sum(s => s.Counters.UdpSessionsRefused)),
                ("broken", statistics.Sum(s => s.Counters.UdpSessionsBroken)),
                ("datagrams sent", statistics.Sum(s => s.Counters.DatagramsToUplink)),
                ("datagrams received", statistics.Sum(s => s.Counters.DatagramsFromUplink)),
                ("queries answered", statistics.Sum(s => s.Counters.QueriesAnswered))),
            "tcp: " + Words(
                ("retransmissions", statistics.Sum(s => s.Tcp.Retransmissions)),
                ("timeouts", statistics.Sum(s => s.Tcp.Timeouts)),
                ("spurious losses", statistics.Sum(s => s.Tcp.SpuriousLosses)),
                ("resets sent", statistics.Sum(s => s.Tcp.ResetsOut)),
                ("resets received", statistics.Sum(s => s.Tcp.ResetsIn))),
            "memory: " + Words(
                ("used", statistics.MemoryUsed), ("limit", statistics.MemoryLimit),
                ("waits", statistics.Sum(s => s.Counters.WaitsForMemory)),
                ("blocking work", statistics.BlockingWorkDepth),
                ("reloads", statistics.Reloads)),
            "drops: " + Words(
                ("device full", statistics.Sum(s => s.Counters.TunWriteFull)),
                ("device errors", statistics.Sum(s => s.Counters.TunWriteErrors)),
                ("mailbox full", statistics.Sum(s => s.Counters.MailboxFull)),
                ("malformed", statistics.Sum(s => s.Tcp.Malformed)),
                ("checksum", statistics.Sum(s => s.Tcp.ChecksumErrors)),
                ("out of window", statistics.Sum(s => s.Tcp.Unacceptable)),
                ("no memory", statistics.Sum(s => s.Tcp.TextDropped)),
                ("datagrams without room", statistics.Sum(s => s.Counters.DatagramsWithoutRoom)),
                ("overrun", statistics.Sum(s => s.Counters.DatagramsOverrun)),
                ("too large", statistics.Sum(s => s.Counters.DatagramsTooLarge)),
                ("refused", statistics.Sum(s => s.Counters.DatagramsRefused)),
                ("malformed from the relay", statistics.Sum(s => s.Counters.DatagramsMalformed)),
                ("for a source before", statistics.Sum(s => s.Counters.DatagramsForAnother))),
        ];
        foreach (ProxyStatistics proxy in statistics.Proxies)
        {
            lines.Add($"proxy {proxy.Name}: {(proxy.IsUp ? "up" : "down")}, " + Words(
                ("sessions", proxy.Sessions),
                ("opened", proxy.Opened),
                ("refused", proxy.Refused),
                ("failed", proxy.Failed),
                ("moved on", proxy.MovedOn),
                ("bytes sent", proxy.BytesSent),
                ("bytes received", proxy.BytesReceived),
                ("warm", proxy.WarmConnections),
                ("opened warm", proxy.OpenedWarm)));
        }
        foreach (ShardStatistics shard in statistics.Shards)
        {
            lines.Add($"shard-{shard.Index}: " + Words(
                ("packets", shard.Counters.PacketsFromTun + shard.Counters.PacketsToTun),
                ("bytes", shard.Counters.BytesFromTun + shard.Counters.BytesToTun),
                ("sessions", shard.Counters.SessionsOpen),
                ("handed over", shard.Counters.HandedOver),
                ("mailbox", shard.MailboxDepth),
                ("buffers", shard.BuffersInUse),
                ("wake-ups", shard.Counters.WakeUps),
                ("allocated", shard.Counters.AllocatedBytes)));
        }
        return lines;
    }

    private static string Words(params (string Name, long Value)[] numbers)
    {
        StringBuilder text = new();
        foreach ((string name, long value) in numbers)
        {
            if (text.Length > 0)
                text.Append(", ");
            text.Append(name).Append(' ').Append(value.ToString(CultureInfo.InvariantCulture));
        }
        return text.ToString();
    }
}
