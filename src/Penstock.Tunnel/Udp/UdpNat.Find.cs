using Penstock.Stack.Udp;
using Penstock.Tunnel.Bypass;
using Penstock.Tunnel.Configuration;
using Penstock.Tunnel.Logging;
using Penstock.Wire.Icmp;
using Penstock.Wire.Ip;

namespace Penstock.Tunnel.Udp;

// Whose session takes a datagram. A source that has a session is judged by the plan with which that began, whatever a
// reload has changed since then, and all its sessions are on one shard: who has it is asked before it is judged.
internal sealed partial class UdpNat
{
    private readonly UdpSources _sources = new();
    private readonly DirectDestinations _directDestinations = new();

    /// <summary>The shard that sends answers to a source, -1 when none does.</summary>
    public int OwnerOf(in InetEndpoint source)
    {
        if (_sources.Find(source) is not null)
            return _shard.Index;
        // What was handed over is not handed on: the session may have ended meanwhile.
        return _group.SharesFlows && !_shard.IsTakingMessages ? _group.Sources.Find(KeyOf(source)) : -1;
    }

    /// <summary>The name that a mapped address stands for, or null; the names of an earlier plan stand for those that have gone since then.</summary>
    public string? NameOf(TunnelPlan plan, in InetAddress address) =>
        _group.Names?.TryName(address) ?? (ReferenceEquals(plan.Names, _group.Names) ? null : plan.Names?.TryName(address));

    /// <summary>The session has ended.</summary>
    public void Forget(UdpSession session)
    {
        session.Activity.List?.Remove(session.Activity);
        if (!_sources.Remove(session))
            return;
        Counters.UdpSessionsOpen--;
        _group.SessionEnded();
        _shard.CountEnded();
        if (_group.SharesFlows && _sources.Find(session.Source) is null)
            _group.Sources.Release(KeyOf(session.Source));
    }

    private UdpSession? Find(in UdpDatagram datagram)
    {
        InetEndpoint source = datagram.Flow.Source;
        UdpSession? known = _sources.Find(source);
        if (known is null && IsAnothers(datagram))
            return null;
        TunnelPlan plan = known?.Plan ?? _group.Plan;
        bool isDirect = GoesDirect(plan, datagram.Flow.Destination.Address);
        if ((known is null || known.IsDirect == isDirect ? known : known.Twin) is { } session)
            return session;
        if (!isDirect && plan.Proxies.BlocksDatagrams)
        {
            Counters.DatagramsRefused++;
            _stack.Errors.Answer(datagram.Ip, datagram.Packet.Span, IcmpError.PortUnreachable, _shard.Now);
            return null;
        }
        if (isDirect && IsOurOwn(source, plan))
        {
            Counters.DatagramsRefused++;
            _shard.ReportLoop(datagram.Flow);
            return null;
        }
        return known is not null || IsOpenedHere(datagram) ? Open(source, plan, isDirect) : null;
    }

    private bool GoesDirect(TunnelPlan plan, in InetAddress destination) =>
        plan.Bypass is { } bypass && _directDestinations.Covers(bypass, _group.Names, plan.Names, destination, _shard.Now);

    /// <summary>Another shard has the source, and gets the datagram.</summary>
    private bool IsAnothers(in UdpDatagram datagram)
    {
        int owner = _group.SharesFlows ? _group.Sources.Find(KeyOf(datagram.Flow.Source)) : -1;
        if (owner < 0 || owner == _shard.Index)
            return false;
        _shard.HandOver(owner, datagram);
        return true;
    }

    /// <summary>This shard is to open a session for a new source; else another one gets the datagram.</summary>
    private bool IsOpenedHere(in UdpDatagram datagram)
    {
        if (!_group.SharesFlows)
            return true;
        int owner = _shard.IsTakingMessages ? _shard.Index : _group.Place(_shard).Index;
        if (owner == _shard.Index)
            owner = _group.Sources.Claim(KeyOf(datagram.Flow.Source), owner);
        if (owner == _shard.Index)
            return true;
        _shard.HandOver(owner, datagram);
        return false;
    }

    /// <summary>A socket of ours sent it: from the device's own address, or the one that direct sockets are bound to.</summary>
    private bool IsOurOwn(in InetEndpoint source, TunnelPlan plan)
    {
        TunOptions tun = _group.Options.Tun;
        InetAddress address = source.Address;
        bool isHere = address == tun.Ipv4 || address == tun.Ipv6 || address == plan.Bypass?.Binding.Local;
        return isHere && _group.DirectFlows.Find(DirectSocket.KeyOf(address.IsV6, source.Port)) >= 0;
    }

    private UdpSession Open(in InetEndpoint source, TunnelPlan plan, bool isDirect)
    {
        UdpSession session = new(this, source, plan, isDirect);
        _sources.Add(session);
        Counters.UdpSessionsOpened++;
        Counters.UdpSessionsOpen++;
        _shard.MakeRoom();
        Touch(session);
        if (_group.Log.IsOn(LogLevel.Info))
            _group.Log.Write(LogLevel.Info, $"{source}: UDP session opened");
        return session;
    }

    private static FlowKey KeyOf(in InetEndpoint source) => new(source, default);
}
