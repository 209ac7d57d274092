using System.Threading;
using Penstock.Linux;
using Penstock.Stack;
using Penstock.Stack.Buffers;
using Penstock.Stack.Tcp;
using Penstock.Stack.Udp;
using Penstock.Tunnel.Bypass;
using Penstock.Tunnel.Logging;
using Penstock.Tunnel.MappedDns;
using Penstock.Tunnel.Sessions;
using Penstock.Tunnel.Uplinks;
using Penstock.Wire.Ip;
using Penstock.Wire.Socks5;

namespace Penstock.Tunnel.Shards;

// The stack's events, and the sessions' places in the shard's lists.
internal sealed partial class Shard : ITcpHost, IUdpHost
{
    private long _oldestActivity = long.MaxValue;
    private FlowKey _claimed;
    private bool _hasClaim;

    /// <summary>When the least recently active session last did something; from any thread.</summary>
    public long OldestActivity
    {
        get => Volatile.Read(ref _oldestActivity);
        private set => Volatile.Write(ref _oldestActivity, value);
    }

    /// <summary>The session did something: it is the most recently active one now.</summary>
    public void Touch(TcpSession session) => _idle.Touch(session.Activity, Now);

    /// <summary>The session has ended.</summary>
    public void Forget(TcpSession session)
    {
        _idle.Remove(session.Activity);
        session.Waiting.List?.Remove(session.Waiting);
        Counters.SessionsOpen--;
        _group.SessionEnded();
        CountEnded();
    }

    /// <inheritdoc cref="ShardGroup.Protect"/>
    public SysResult Protect(int descriptor) => _group.Protect(descriptor);

    /// <summary>Says why a destination was refused.</summary>
    public void ReportRefusal(in FlowKey flow, string reason)
    {
        LogLimiter limiter = _group.Notices.Refused;
        if (limiter.IsDue(Now))
            limiter.Write($"{flow}: {reason}");
    }

    /// <summary>Says that the proxy, not the destination, is the trouble.</summary>
    public void ReportProxy(string reason)
    {
        LogLimiter limiter = _group.Notices.Proxy;
        if (limiter.IsDue(Now))
            limiter.Write(reason);
    }

    /// <summary>Says that something of this host, not the destination, keeps flows from going direct.</summary>
    public void ReportDirect(string reason)
    {
        LogLimiter limiter = _group.Notices.Direct;
        if (limiter.IsDue(Now))
            limiter.Write(reason);
    }

    /// <summary>Says why a datagram cannot go direct, at the level of what is the trouble.</summary>
    public void ReportDirect(in FlowKey flow, in DirectRefusal refusal)
    {
        LogLimiter limiter = refusal.IsOurs ? _group.Notices.Direct : _group.Notices.Refused;
        if (limiter.IsDue(Now))
            limiter.Write(refusal.IsOurs ? refusal.Text : $"{flow}: {refusal.Text}");
    }

    /// <summary>Counts a session that finds no descriptor, and says so.</summary>
    public void ReportNoDescriptor()
    {
        Counters.SessionsWithoutDescriptor++;
        LogLimiter limiter = _group.Notices.Descriptors;
        if (limiter.IsDue(Now))
            limiter.Write("no descriptor is left for a connection to the proxy: raise misc.limit-nofile, or the limit of the process");
    }

    /// <summary>Says that what went direct has come back.</summary>
    public void ReportLoop(in FlowKey flow)
    {
        LogLimiter limiter = _group.Notices.Loop;
        if (limiter.IsDue(Now))
            limiter.Write($"{flow}: what goes direct is routed back into the tunnel: set bypass.mark and a routing rule for it, or bypass.bind-interface");
    }

    /// <summary>Counts that something waits for packet memory, and says so.</summary>
    public void ReportNoMemory()
    {
        Counters.WaitsForMemory++;
        LogLimiter limiter = _group.Notices.Memory;
        if (limiter.IsDue(Now))
            limiter.Write($"the memory budget of {_group.Budget.Limit >> 20} MiB is spent, flows are slowed down: raise misc.memory-budget");
    }

    /// <summary>Says that a session broke in mid-stream.</summary>
    public void ReportBroken(in FlowKey flow, int errno)
    {
        LogLimiter limiter = _group.Notices.Broken;
        if (limiter.IsDue(Now))
            limiter.Write($"{flow}: the proxy's connection broke: {Linux.SysResult.Failed(errno).Message}");
    }

    /// <summary>
    /// A packet of a flow that this stack does not know. Another shard's: it gets the packet. A new one: opened here, or
    /// on the shard that <see cref="ShardGroup.Place"/> names, which then does not pass it on again.
    /// </summary>
    StrangerVerdict ITcpHost.OnStranger(in FlowKey flow, bool isOpening, in Lease packet, PacketOffload offload)
    {
        if (!_group.SharesFlows)
            return StrangerVerdict.Mine;
        int owner = _group.Directory.Find(flow);
        if (owner < 0 && isOpening)
        {
            owner = _takingMessages ? Index : _group.Place(this).Index;
            if (owner == Index)
            {
                owner = _group.Directory.Claim(flow, Index);
                _claimed = flow;
                _hasClaim = owner == Index;
            }
        }
        if (owner < 0 || owner == Index)
            return StrangerVerdict.Mine;
        HandOver(_group.Shards[owner], packet, offload);
        return StrangerVerdict.HandedOver;
    }

    private void Input(in Lease packet, PacketOffload offload)
    {
        _stack.Input(packet, offload, Now);
        if (!_hasClaim)
            return;
        // The stack did not open the flow after all (a SYN that makes no sense).
        _hasClaim = false;
        _group.Directory.Release(_claimed);
    }

    void ITcpHost.OnOpening(TcpConnection connection)
    {
        _hasClaim = false;
        TcpSession session = new(this, connection);
        connection.State = session;
        Counters.SessionsOpened++;
        Counters.SessionsOpen++;
        MakeRoom();
        _idle.Touch(session.Activity, Now);
        HalfOpen.Touch(session.Waiting, Now);
        if (HalfOpen.Count > _group.MostHalfOpen)
            DropHalfOpen();
        if (_group.Log.IsOn(LogLevel.Info))
            _group.Log.Write(LogLevel.Info, $"{connection.Flow}: session opened");
        session.Open(UplinkTo(connection.Flow, session), AcceptsEarly);
    }

    private UplinkStream UplinkTo(in FlowKey flow, TcpSession session)
    {
        InetEndpoint destination = flow.Destination;
        TunnelPlan plan = _group.Plan;
        SocksDestination target = new(destination.Address, destination.Port);
        if (plan.Bypass is not null && _group.DirectFlows.Find(flow) >= 0)
        {
            // Asked first: a query of ours that comes back would be asked again, and come back again.
            ReportLoop(flow);
            return new RefusedStream(this, "it is a direct connection that came back", session);
        }
        if (plan.Names is { } names)
        {
            if (names.Intercepts(destination))
                return new DnsStream(this, flow.Source.Address, destination, session);
            if (names.TryName(destination.Address) is { } name)
                target = new SocksDestination(name, destination.Port);
        }
        if (plan.Bypass is { } bypass && (target.Name is { } known ? bypass.Covers(known) : bypass.Covers(destination.Address)))
            return new DirectStream(this, _group.DirectFlows, bypass, target, session);
        return SocksStream.To(this, plan.Proxies, flow.Source.Address, target, session);
    }

    void ITcpHost.OnEstablished(TcpConnection connection) => (connection.State as TcpSession)?.OnAppEstablished();

    bool ITcpHost.OnText(TcpConnection connection, in Lease text)
    {
        if (connection.State is TcpSession session)
            return session.OnAppText(text);
        text.Release();
        return true;
    }

    void ITcpHost.OnFin(TcpConnection connection) => (connection.State as TcpSession)?.OnAppFin();

    void ITcpHost.OnSpace(TcpConnection connection) => (connection.State as TcpSession)?.OnAppSpace();

    void ITcpHost.OnEnd(TcpConnection connection, TcpEnd end) => (connection.State as TcpSession)?.OnAppEnd(end);

    /// <summary>Not when its session ends: a connection in TIME-WAIT still answers, and a session may outlive its connection.</summary>
    void ITcpHost.OnForgotten(in FlowKey flow)
    {
        if (_group.SharesFlows)
            _group.Directory.Release(flow);
    }

    void IUdpHost.OnDatagram(in UdpDatagram datagram, long now) => _udp.OnDatagram(datagram);

    SessionOwner IUdpHost.OnPacketTooBig(in FlowKey flow, in Lease packet, PacketOffload offload)
    {
        int owner = _udp.OwnerOf(flow.Source);
        if (owner < 0)
            return SessionOwner.Nobody;
        if (owner == Index)
            return SessionOwner.ThisStack;
        HandOver(_group.Shards[owner], packet, offload);
        return SessionOwner.AnotherStack;
    }

    /// <summary>A flood of SYNs, or a proxy that does not answer, takes the place of its own oldest, never that of a living session.</summary>
    private void DropHalfOpen()
    {
        Counters.HalfOpenDropped++;
        LogLimiter limiter = _group.Notices.HalfOpen;
        if (limiter.IsDue(Now))
            limiter.Write($"more than {_group.MostHalfOpen} connections a shard are half-open, the oldest was dropped: a flood of SYNs, or a proxy that does not answer");
        HalfOpen.Oldest!.Owner.Abort(resetUplink: false);
    }

    /// <summary>Gives a datagram to the shard that owns its source; its checksum has been verified here.</summary>
    public void HandOver(int owner, in UdpDatagram datagram) =>
        HandOver(_group.Shards[owner], datagram.Packet, new PacketOffload(ChecksumTrusted: true, datagram.SegmentSize));

    /// <summary>Counts a new session and ends the least recently active one if there is one too many.</summary>
    /// <remarks>Many too many there are only after a reload: <see cref="SurplusSessions"/>.</remarks>
    public void MakeRoom()
    {
        bool shardFull = IsOverfull;
        // Whoever sees the new session counted must also see that this shard has one that can be asked for.
        if (OldestActivity == long.MaxValue)
            OldestActivity = Now;
        _group.SessionOpened();
        if (shardFull)
            EvictOldest();
        else if (_group.IsOverfull)
            EvictAnywhere();
    }
}
