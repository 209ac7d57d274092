using System;
using System.IO;
using System.Text;
using System.Text.Json;
using Penstock.Stack.Tcp;

namespace Penstock.Tunnel.Statistics;

/// <summary>A snapshot for programs: totals, and the same for each shard.</summary>
/// <remarks>
/// <code>
///   { "memory_used": n, "memory_limit": n, "blocking_work": n,
///     "total": { counter: n, ..., "tcp": { counter: n, ... } },
///     "shards": [ { "index": 0, "mailbox": n, "buffers": n, counter: n, ..., "tcp": { ... } }, ... ] }
/// </code>
/// The counters have the names of <see cref="ShardCounters"/> and <see cref="TcpCounters"/>, in words joined by underscores.
/// </remarks>
public static class StatisticsJson
{
    private static readonly (string Name, Func<ShardCounters, long> Value)[] s_counters =
    [
        ("packets_from_tun", c => c.PacketsFromTun),
        ("bytes_from_tun", c => c.BytesFromTun),
        ("packets_to_tun", c => c.PacketsToTun),
        ("bytes_to_tun", c => c.BytesToTun),
        ("tun_write_full", c => c.TunWriteFull),
        ("tun_write_errors", c => c.TunWriteErrors),
        ("bytes_to_uplink", c => c.BytesToUplink),
        ("bytes_from_uplink", c => c.BytesFromUplink),
        ("sessions_opened", c => c.SessionsOpened),
        ("sessions_open", c => c.SessionsOpen),
        ("sessions_refused", c => c.SessionsRefused),
        ("sessions_evicted", c => c.SessionsEvicted),
        ("half_open_dropped", c => c.HalfOpenDropped),
        ("sessions_idled_out", c => c.SessionsIdledOut),
        ("sessions_without_descriptor", c => c.SessionsWithoutDescriptor),
        ("handed_over", c => c.HandedOver),
        ("mailbox_full", c => c.MailboxFull),
        ("waits_for_memory", c => c.WaitsForMemory),
        ("udp_sessions_opened", c => c.UdpSessionsOpened),
        ("udp_sessions_open", c => c.UdpSessionsOpen),
        ("udp_sessions_refused", c => c.UdpSessionsRefused),
        ("udp_sessions_broken", c => c.UdpSessionsBroken),
        ("datagrams_to_uplink", c => c.DatagramsToUplink),
        ("datagrams_from_uplink", c => c.DatagramsFromUplink),
        ("queries_answered", c => c.QueriesAnswered),
        ("datagrams_without_room", c => c.DatagramsWithoutRoom),
        ("datagrams_overrun", c => c.DatagramsOverrun),
        ("datagrams_too_large", c => c.DatagramsTooLarge),
        ("datagrams_refused", c => c.DatagramsRefused),
        ("datagrams_malformed", c => c.DatagramsMalformed),
        ("datagrams_for_another", c => c.DatagramsForAnother),
        ("wake_ups", c => c.WakeUps),
        ("allocated_bytes", c => c.AllocatedBytes),
    ];

    private static readonly (string Name, Func<TcpCounters, long> Value)[] s_tcp =
    [
        ("segments_in", c => c.SegmentsIn),
        ("segments_out", c => c.SegmentsOut),
        ("text_in", c => c.TextIn),
        ("text_out", c => c.TextOut),
        ("text_retransmitted", c => c.TextRetransmitted),
        ("retransmissions", c => c.Retransmissions),
        ("timeouts", c => c.Timeouts),
        ("tail_probes", c => c.TailProbes),
        ("fast_recoveries", c => c.FastRecoveries),
        ("spurious_losses", c => c.SpuriousLosses),
        ("malformed", c => c.Malformed),
        ("checksum_errors", c => c.ChecksumErrors),
        ("unacceptable", c => c.Unacceptable),
        ("out_of_order", c => c.OutOfOrder),
        ("text_dropped", c => c.TextDropped),
        ("duplicates", c => c.Duplicates),
        ("resets_out", c => c.ResetsOut),
        ("resets_in", c => c.ResetsIn),
        ("opened", c => c.Opened),
        ("established", c => c.Established),
        ("refused", c => c.Refused),
        ("timed_out", c => c.TimedOut),
        ("device_full", c => c.DeviceFull),
        ("paws_drops", c => c.PawsDrops),
        ("challenge_acks", c => c.ChallengeAcks),
        ("strangers", c => c.Strangers),
        ("window_probes", c => c.WindowProbes),
        ("keep_alives", c => c.KeepAlives),
        ("ecn_reductions", c => c.EcnReductions),
    ];

    /// <summary>The object, on one line.</summary>
    public static string Text(TunnelStatistics statistics)
    {
        ArgumentNullException.ThrowIfNull(statistics);
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes))
            Write(json, statistics);
        return Encoding.UTF8.GetString(bytes.GetBuffer(), 0, (int)bytes.Length);
    }

    private static void Write(Utf8JsonWriter json, TunnelStatistics statistics)
    {
        json.WriteStartObject();
        json.WriteNumber("memory_used", statistics.MemoryUsed);
        json.WriteNumber("memory_limit", statistics.MemoryLimit);
        json.WriteNumber("blocking_work", statistics.BlockingWorkDepth);
        json.WriteStartObject("total");
        foreach ((string name, Func<ShardCounters, long> value) in s_counters)
            json.WriteNumber(name, statistics.Sum(s => value(s.Counters)));
        json.WriteStartObject("tcp");
        foreach ((string name, Func<TcpCounters, long> value) in s_tcp)
            json.WriteNumber(name, statistics.Sum(s => value(s.Tcp)));
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteStartArray("shards");
        foreach (ShardStatistics shard in statistics.Shards)
            Write(json, shard);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, ShardStatistics shard)
    {
        json.WriteStartObject();
        json.WriteNumber("index", shard.Index);
        json.WriteNumber("mailbox", shard.MailboxDepth);
        json.WriteNumber("buffers", shard.BuffersInUse);
        foreach ((string name, Func<ShardCounters, long> value) in s_counters)
            json.WriteNumber(name, value(shard.Counters));
        json.WriteStartObject("tcp");
        foreach ((string name, Func<TcpCounters, long> value) in s_tcp)
            json.WriteNumber(name, value(shard.Tcp));
        json.WriteEndObject();
        json.WriteEndObject();
    }
}
