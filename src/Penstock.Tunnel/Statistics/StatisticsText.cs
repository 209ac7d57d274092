using System;
using System.Globalization;
using System.Text;

namespace Penstock.Tunnel.Statistics;

/// <summary>Statistics for a person: what is printed at the end of a run, or when somebody asks.</summary>
public static class StatisticsText
{
    /// <summary>A line for each group of numbers, each ended by a line break.</summary>
    public static string Format(TunnelStatistics statistics)
    {
        var text = new StringBuilder();
        Line("from apps", $"{Sum(s => s.Counters.PacketsFromTun)} packets, {Sum(s => s.Counters.BytesFromTun)} bytes");
        Line("to apps", $"{Sum(s => s.Counters.PacketsToTun)} packets, {Sum(s => s.Counters.BytesToTun)} bytes");
        Line("to proxy", $"{Sum(s => s.Counters.BytesToUplink)} bytes");
        Line("from proxy", $"{Sum(s => s.Counters.BytesFromUplink)} bytes");
        Line("sessions", $"{Sum(s => s.Counters.SessionsOpen)} open, {Sum(s => s.Counters.SessionsOpened)} opened, "
            + $"{Sum(s => s.Counters.SessionsRefused)} refused, {Sum(s => s.Counters.SessionsEvicted)} evicted, "
            + $"{Sum(s => s.Counters.SessionsIdledOut)} idle, {Sum(s => s.Counters.SessionsWithoutDescriptor)} without a descriptor");
        Line("tcp", $"{Sum(s => s.Tcp.Retransmissions)} retransmissions, {Sum(s => s.Tcp.Timeouts)} timeouts, "
            + $"{Sum(s => s.Tcp.ResetsIn)} resets in, {Sum(s => s.Tcp.ResetsOut)} resets out");
        Line("dropped", $"{Sum(s => s.Tcp.Malformed)} malformed, {Sum(s => s.Tcp.ChecksumErrors)} checksum, "
            + $"{Sum(s => s.Counters.Unhandled)} without a handler, {Sum(s => s.Counters.MailboxFull)} mailbox full, "
            + $"{Sum(s => s.Counters.TunWriteFull)} device full, {Sum(s => s.Counters.TunWriteErrors)} device errors");
        Line("memory", $"{statistics.MemoryUsed >> 10} of {statistics.MemoryLimit >> 10} KiB in {Sum(s => s.BuffersInUse)} buffers");
        Line("shards", Shares(statistics));
        return text.ToString();

        long Sum(Func<ShardStatistics, long> number) => statistics.Sum(number);
        void Line(string name, string value) => text.Append(name.PadRight(12)).Append(value).Append('\n');
    }

    // The share of packets that each shard took: the first thing to look at when one core is hot.
    private static string Shares(TunnelStatistics statistics)
    {
        var shares = new StringBuilder();
        long all = Math.Max(1, statistics.Sum(s => s.Counters.PacketsFromTun + s.Counters.PacketsToTun));
        foreach (ShardStatistics shard in statistics.Shards)
        {
            long own = shard.Counters.PacketsFromTun + shard.Counters.PacketsToTun;
            shares.Append(CultureInfo.InvariantCulture, $"{(shares.Length > 0 ? ", " : "")}{own * 100 / all} % (mailbox {shard.MailboxDepth})");
        }
        return $"{statistics.Shards.Count}: {shares}";
    }
}
