using System;
using System.Collections.Generic;
using Penstock.Stack;
using Penstock.Stack.Buffers;
using Penstock.Stack.Udp;
using Penstock.Tunnel.Bypass;
using Penstock.Tunnel.Configuration;
using Penstock.Tunnel.Logging;
using Penstock.Tunnel.MappedDns;
using Penstock.Tunnel.Proxies;
using Penstock.Tunnel.Shards;
using Penstock.Tunnel.Statistics;
using Penstock.Tunnel.Uplinks;
using Penstock.Wire.Icmp;
using Penstock.Wire.Ip;

namespace Penstock.Tunnel.Udp;

// A datagram's way to the proxy:
//   1. OnDatagram   a query for mapped DNS is answered here, whichever shard it reached
//   2. Find         the session of its source: this shard's, another's (which gets the packet), or a new one
//   3. Take         header over the packet's own, or both into one buffer, behind what waits already
//   4. Flush        after the read batch: many datagrams a call

/// <summary>The UDP sessions of one shard, keyed by source address and port alone.</summary>
/// <remarks>For the shard's thread. Queues are bounded each (<see cref="UdpSession"/>) and together.</remarks>
internal sealed partial class UdpNat : IDisposable
{
    private const int LargestTold = 65535;
    private const int KeptCapacity = 256;
    private const long RestPatience = 10_000_000;
    private const int MostAsked = 8;
    private const int MostOwners = 16;

    private readonly Shard _shard;
    private readonly ShardGroup _group;
    private readonly NetworkStack _stack;
    private readonly DatagramBuffers _buffers;
    private readonly AnswerRun _answers;
    private readonly DeadlineList<UdpSession> _idle;
    private readonly DeadlineList<UdpSession> _atRest = new(RestPatience);
    private readonly List<UdpSession> _dirty = new(64);
    private readonly Queue<UdpSession> _ready = new();
    private readonly long _mostQueued;

    public UdpNat(Shard shard, ShardGroup group, NetworkStack stack)
    {
        _shard = shard;
        _group = group;
        _stack = stack;
        _buffers = new DatagramBuffers(shard.Pool);
        _answers = new AnswerRun(stack.Datagrams, shard.Counters);
        Warm = new WarmAssociations(shard, group, this);
        Queries = new ProxiedQueries(shard, group);
        _idle = new DeadlineList<UdpSession>(-1);
        SetTimeout(group.Options.Misc.UdpReadWriteTimeout);
        _mostQueued = group.Budget.Limit / 4;
    }

    public ProxySet Proxies => _group.Proxies;

    /// <summary>Associations that stand ready.</summary>
    public WarmAssociations Warm { get; }

    /// <summary>Queries that are resolved behind the proxy.</summary>
    public ProxiedQueries Queries { get; }

    public ShardCounters Counters => _shard.Counters;

    /// <summary>Now, in microseconds.</summary>
    public long Now => _shard.Now;

    public BufferPool Pool => _shard.Pool;

    /// <summary>Bytes of packet memory that all sessions' queues pin.</summary>
    public long Queued { get; set; }

    /// <summary>No session may queue more.</summary>
    public bool IsFull => Queued >= _mostQueued;

    /// <summary>There is work that no event will call for.</summary>
    public bool IsBusy => _ready.Count > 0 || _dirty.Count > 0;

    /// <summary>When the next session becomes idle.</summary>
    public long NextDeadline => Math.Min(
        Math.Min(_idle.NextDeadline, _atRest.NextDeadline), Math.Min(Warm.NextDeadline, Queries.NextDeadline));

    /// <summary>When the least recently active session last did something.</summary>
    public long OldestActivity => Oldest?.Touched ?? long.MaxValue;

    public void OnDatagram(in UdpDatagram datagram)
    {
        if (_group.Names is { } names && names.Intercepts(datagram.Flow.Destination))
        {
            Answer(names, datagram);
            return;
        }
        if (Find(datagram) is not { } session)
            return;
        Lease payload = datagram.Payload;
        int size = datagram.SegmentSize;
        for (; size > 0 && payload.Length > size; payload = payload.Slice(size, payload.Length - size))
            session.Take(datagram.Flow.Destination, payload.Slice(0, size));
        session.Take(datagram.Flow.Destination, payload);
    }

    /// <summary>The session has something to send.</summary>
    public void MarkDirty(UdpSession session)
    {
        if (session.IsDirty)
            return;
        session.IsDirty = true;
        _dirty.Add(session);
    }

    /// <summary>The session may have something to receive.</summary>
    public void Enlist(UdpSession session)
    {
        if (session.IsReady)
            return;
        session.IsReady = true;
        _ready.Enqueue(session);
    }

    /// <summary>Sends what was marked.</summary>
    public void Flush()
    {
        for (int i = 0; i < _dirty.Count; i++)
        {
            UdpSession session = _dirty[i];
            session.IsDirty = false;
            session.Flush();
        }
        _dirty.Clear();
    }

    /// <summary>Gives a turn to each session that has something to receive.</summary>
    public void Serve()
    {
        for (int turns = _ready.Count; turns > 0; turns--)
        {
            UdpSession session = _ready.Dequeue();
            session.IsReady = false;
            session.Serve();
        }
    }

    /// <summary>Ends what has been idle for too long.</summary>
    public void Expire()
    {
        Expire(_idle);
        Expire(_atRest);
        Warm.Expire();
        Queries.Expire();
        if (_sources.Count == 0)
            _buffers.Release();
    }

    /// <summary>Gives back what the many of a storm have grown, when few of them are left.</summary>
    public void Trim()
    {
        _sources.Trim();
        if (_dirty.Count == 0 && _dirty.Capacity > KeptCapacity)
            _dirty.Capacity = KeptCapacity;
        if (_ready.Count == 0 && _ready.Capacity > KeptCapacity)
            _ready.TrimExcess(KeptCapacity);
    }

    /// <summary>How long a session may be idle.</summary>
    public void SetTimeout(TimeSpan patience)
    {
        _idle.Duration = patience < TimeSpan.Zero ? -1 : (long)patience.TotalMicroseconds;
        _atRest.Duration = _idle.Duration > 0 ? Math.Min(RestPatience, _idle.Duration) : RestPatience;
    }

    /// <summary>Ends the least recently active session.</summary>
    public void EvictOldest() => Oldest?.Owner.End();

    /// <summary>Ends all sessions.</summary>
    public void EndAll()
    {
        while (Oldest is { } node)
            node.Owner.End();
        Warm.Close();
        Queries.Close();
        _buffers.Release();
    }

    public void Dispose() => _buffers.Dispose();

    /// <summary>The session did something: it is the most recently active one now.</summary>
    public void Touch(UdpSession session) => _idle.Touch(session.Activity, _shard.Now);

    /// <summary>The session's source is done, as far as can be seen: it has asked DNS and has its answers.</summary>
    public void Rest(UdpSession session) => _atRest.Touch(session.Activity, _shard.Now);

    /// <summary>The association of the source that has been at rest for longest, its owner the next one from now on; or null.</summary>
    /// <remarks>Not for long, and not for many: who could find out its port at the proxy could forge answers to all of them.</remarks>
    public UplinkAssociation? TakeOver(ProxyServer proxy, UdpRelay way, UdpSession next)
    {
        DeadlineNode<UdpSession>? node = proxy.Options.PoolSize > 0 ? _atRest.Oldest : null;
        for (int asked = 0; asked < MostAsked && node is not null; asked++)
        {
            UdpSession session = node.Owner;
            node = node.Newer;
            if (session.HandOver(proxy, way) is not { } association)
                continue;
            bool isFresh = association.Owners < MostOwners && _shard.Now - association.Begun < WarmPool.Lifetime;
            if (isFresh && association.IsQuiet)
            {
                proxy.CountersOf(_shard.Index).Warm++;
                association.HandTo(next);
                return association;
            }
            association.Close();
        }
        return null;
    }

    /// <summary>A new association of a kind with a proxy.</summary>
    public UplinkAssociation Associate(ProxyServer proxy, UdpRelay way, IAssociationOwner owner) => way == UdpRelay.Udp
        ? new RelayAssociation(_shard, proxy, _group.Options.Misc.UdpRecvBufferSize, _buffers, owner)
        : new MessageAssociation(_shard, proxy, _buffers, owner);

    /// <summary>Sends a datagram to the app, at the latest by <see cref="FlushAnswers"/>.</summary>
    public void Deliver(in InetEndpoint from, in InetEndpoint to, in Lease payload) => _answers.Add(from, to, payload);

    /// <summary>Sends all answers that were delivered: their memory is received into again.</summary>
    public void FlushAnswers() => _answers.Flush();

    /// <summary>Tells the app that nobody takes its datagram.</summary>
    public void Refuse(UdpSession session, in QueuedDatagram datagram)
    {
        Counters.DatagramsRefused++;
        Tell(session, datagram, IcmpError.PortUnreachable);
    }

    /// <summary>Tells the app how large a datagram may be.</summary>
    public void RefuseSize(UdpSession session, in QueuedDatagram datagram, int largestPayload)
    {
        Counters.DatagramsTooLarge++;
        int headers = (session.Source.Address.IsV6 ? 40 : 20) + 8;
        Tell(session, datagram, IcmpError.PacketTooBig(Math.Min(headers + largestPayload, LargestTold)));
    }

    /// <summary>Says once what keeps datagrams from being relayed.</summary>
    public void ReportRefusal(UdpSession session, ProxyServer proxy, string reason)
    {
        Counters.UdpSessionsRefused++;
        Warn(session, proxy, reason);
    }

    /// <summary>Says once that datagrams are lost on their way.</summary>
    public void Warn(UdpSession session, ProxyServer proxy, string reason)
    {
        if (proxy.Udp.IsWorthTelling(_shard.Now))
            _group.Log.Write(LogLevel.Warn, $"{session.Source}: datagrams are not relayed: {reason}");
    }

    /// <summary>A new association that goes direct; null when nothing does by the session's plan.</summary>
    public UplinkAssociation? AssociateDirectly(UdpSession session) => session.Plan.Bypass is { } bypass
        ? new DirectAssociation(_shard, _group, bypass, _buffers, session.Source.Address.IsV6, session)
        : null;

    /// <summary>Says what keeps all datagrams of a source from going direct: something of this host.</summary>
    public void ReportDirect(string reason)
    {
        Counters.UdpSessionsRefused++;
        _shard.ReportDirect(reason);
    }

    /// <summary>Tells the app, and the log, that a datagram cannot go direct.</summary>
    public void RefuseDirect(UdpSession session, in QueuedDatagram datagram, in DirectRefusal refusal)
    {
        _shard.ReportDirect(new FlowKey(session.Source, datagram.Destination), refusal);
        Refuse(session, datagram);
    }

    /// <summary>Says that an association ended.</summary>
    public void ReportBroken(UdpSession session, string reason)
    {
        Counters.UdpSessionsBroken++;
        if (_group.Log.IsOn(LogLevel.Info))
            _group.Log.Write(LogLevel.Info, $"{session.Source}: the association ended: {reason}");
    }

    private DeadlineNode<UdpSession>? Oldest =>
        (_atRest.Oldest?.Touched ?? long.MaxValue) < (_idle.Oldest?.Touched ?? long.MaxValue) ? _atRest.Oldest : _idle.Oldest;

    private void Expire(DeadlineList<UdpSession> list)
    {
        while (list.TryExpired(_shard.Now, out UdpSession? session))
        {
            Counters.SessionsIdledOut++;
            session!.End();
        }
    }

    private void Tell(UdpSession session, in QueuedDatagram datagram, IcmpError error) => _stack.Errors.Refuse(
        new FlowKey(session.Source, datagram.Destination), datagram.Message.Span[datagram.HeaderLength..],
        datagram.PayloadLength, error, _shard.Now);
}
