using System;
using System.Buffers.Binary;
using Penstock.Stack.Buffers;
using Penstock.Tunnel.Bypass;
using Penstock.Tunnel.Shards;
using Penstock.Tunnel.Uplinks;
using Penstock.Wire.Ip;
using Penstock.Wire.Socks5;

namespace Penstock.Tunnel.MappedDns;

/// <summary>A shard's queries about excluded names, which a server behind the proxy answers, or one that goes direct.</summary>
/// <remarks>Bounded in number and in time. For the shard's thread.</remarks>
internal sealed class ProxiedQueries(Shard shard, ShardGroup group)
{
    private const int Most = 256;
    private const long Patience = 8_000_000;

    private readonly DeadlineList<ProxiedQuery> _ages = new(Patience);

    public BufferPool Pool => shard.Pool;

    /// <summary>When the oldest has taken too long.</summary>
    public long NextDeadline => _ages.NextDeadline;

    /// <summary>Asks; null when there are too many already, or no memory: then nobody is told.</summary>
    /// <param name="query">The message.</param>
    /// <param name="app">Whose it is.</param>
    /// <param name="server">Where the answer is to be had.</param>
    /// <param name="owner">Told of the outcome, never within this call.</param>
    public ProxiedQuery? Ask(ReadOnlySpan<byte> query, in InetAddress app, in InetEndpoint server, IQueryOwner owner)
    {
        if (_ages.Count >= Most || !Pool.TryRent(ProxiedQuery.LengthPart + query.Length, out Lease message))
            return null;
        BinaryPrimitives.WriteUInt16BigEndian(message.Span, (ushort)query.Length);
        query.CopyTo(message.Span[ProxiedQuery.LengthPart..]);
        ProxiedQuery asked = new(this, message, owner);
        _ages.Touch(asked.Age, shard.Now);
        asked.Open(StreamTo(new SocksDestination(server.Address, server.Port), app, asked));
        return asked;
    }

    private UplinkStream StreamTo(in SocksDestination server, in InetAddress app, ProxiedQuery asked)
    {
        TunnelPlan plan = group.Plan;
        return plan.Bypass is { } bypass && !bypass.IsMapped(server.Address) && bypass.Covers(server.Address)
            ? new DirectStream(shard, group.DirectFlows, bypass, server, asked)
            : SocksStream.To(shard, plan.Proxies, app, server, asked);
    }

    public void Forget(ProxiedQuery query) => _ages.Remove(query.Age);

    /// <summary>Gives up what has taken too long.</summary>
    public void Expire()
    {
        while (_ages.TryExpired(shard.Now, out ProxiedQuery? query))
            query!.Fail();
    }

    /// <summary>Ends all: the shard stops.</summary>
    public void Close()
    {
        while (_ages.Oldest is { } node)
            node.Owner.Cancel();
    }
}
