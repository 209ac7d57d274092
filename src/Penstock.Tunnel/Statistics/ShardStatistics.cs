using Penstock.Stack.Tcp;

namespace Penstock.Tunnel.Statistics;

/// <summary>A snapshot of one shard.</summary>
/// <param name="Index">Place in the group, from 0.</param>
/// <param name="Counters">The shard's own counters; they go on counting.</param>
/// <param name="Tcp">TCP's counters; they go on counting.</param>
/// <param name="MailboxDepth">Messages that wait.</param>
/// <param name="BuffersInUse">Packet buffers that are rented out.</param>
public sealed record ShardStatistics(int Index, ShardCounters Counters, TcpCounters Tcp, int MailboxDepth, int BuffersInUse);
