using System;
using System.Collections.Generic;
using System.Linq;
using Penstock.Tunnel.Configuration;
using Penstock.Tunnel.Proxies;
using Penstock.Tunnel.Shards;
using Penstock.Tunnel.Uplinks;

namespace Penstock.Tunnel.Udp;

/// <summary>One shard's associations that are open and wait for a source, so that its first datagram leaves at once.</summary>
/// <remarks>
/// <code>
///   a source has its first answer ──► up to two more are opened, while the shard's part of the bound leaves room
///   ended by the proxy, or old     ──► dropped; replaced while sources have come in the last minutes, unless it hardly lived
/// </code>
/// None is opened before one has worked: a proxy that relays no datagrams is not asked again and again. Nor while the
/// first answer is on its way to the app, which the handshakes would share the processors with: they wake the proxy, and
/// it would run before the app does. They begin <see cref="AppTakes"/> after it, or <see cref="AnswerPatience"/> after
/// the question if nobody answers. Before one is handed out, the kernel is asked whether its connection still stands. For
/// the shard's thread.
/// </remarks>
internal sealed class WarmAssociations(Shard shard, ShardGroup group, UdpNat nat)
{
    private const long WantedFor = 120_000_000;
    private const long RestAfterFailure = 1_000_000;
    private const long AnswerPatience = 20_000;
    private const long AppTakes = 1_000;
    private const int OpenedAtOnce = 2;

    private readonly List<WarmAssociation> _all = [];
    private readonly Queue<(ProxyServer Proxy, UdpRelay Way)> _wanted = new();
    private readonly DeadlineList<WarmAssociation> _ages = new(WarmPool.Lifetime);
    private long _lastUse = long.MinValue / 2;
    private long _restsUntil = long.MinValue;
    private long _openAt = long.MaxValue;

    /// <summary>When the next one is too old, or others are opened.</summary>
    public long NextDeadline => Math.Min(_ages.NextDeadline, _openAt);

    /// <summary>An open association for a source, its owner from now on; or null.</summary>
    public UplinkAssociation? Take(ProxyServer proxy, UdpRelay way, IAssociationOwner owner)
    {
        for (int i = _all.Count - 1; i >= 0; i--)
        {
            WarmAssociation newest = _all[i];
            if (!newest.IsOpen || newest.Way != way || !ReferenceEquals(newest.Proxy, proxy))
                continue;
            Remove(newest);
            UplinkAssociation association = newest.Association!;
            if (association.IsQuiet)
            {
                proxy.CountersOf(shard.Index).Warm++;
                association.HandTo(owner);
                return association;
            }
            association.Close();
            i = Math.Min(i, _all.Count);
        }
        return null;
    }

    /// <summary>A source's association works: others will follow it, once it is answered.</summary>
    public void Expect(ProxyServer proxy, UdpRelay way)
    {
        _lastUse = shard.Now;
        if (_wanted.Count >= proxy.Options.PoolSize)
            return; // those before it ask for as many as there may be
        if (_wanted.Count == 0)
            _openAt = shard.Now + AnswerPatience;
        _wanted.Enqueue((proxy, way));
    }

    /// <summary>A source has its first answer.</summary>
    public void OnAnswered()
    {
        if (_wanted.Count > 0)
            _openAt = Math.Min(_openAt, shard.Now + AppTakes);
    }

    public void OnOpened(WarmAssociation association) => _ages.Touch(association.Age, shard.Now);

    /// <summary>The association could not be made or has ended; it is closed already.</summary>
    public void OnLost(WarmAssociation association)
    {
        if (!Remove(association))
            return;
        // One that hardly lived would be followed by others like it.
        if (!association.IsOpen || shard.Now - association.Association!.Begun < WarmPool.Settled)
            _restsUntil = shard.Now + RestAfterFailure;
        else
            Replace(association);
    }

    /// <summary>Closes what has become too old: proxies and firewalls give idle associations up.</summary>
    public void Expire()
    {
        if (shard.Now >= _openAt)
            OpenWanted();
        while (_ages.TryExpired(shard.Now, out WarmAssociation? old))
        {
            Remove(old!);
            old!.Association!.Close();
            Replace(old);
        }
    }

    /// <summary>Closes those of a proxy, or all.</summary>
    public void Close(ProxyServer? proxy = null)
    {
        for (int i = _all.Count - 1; i >= 0; i--)
        {
            WarmAssociation association = _all[i];
            if (proxy is not null && !ReferenceEquals(association.Proxy, proxy))
                continue;
            Remove(association);
            association.Association!.Close();
        }
    }

    private void OpenWanted()
    {
        _openAt = long.MaxValue;
        while (_wanted.TryDequeue(out (ProxyServer Proxy, UdpRelay Way) wanted))
        {
            for (int i = 0; i < OpenedAtOnce; i++)
                OpenOne(wanted.Proxy, wanted.Way);
        }
    }

    private void Replace(WarmAssociation lost)
    {
        if (shard.Now - _lastUse < WantedFor)
            OpenOne(lost.Proxy, lost.Way);
    }

    private void OpenOne(ProxyServer proxy, UdpRelay way)
    {
        bool isListed = group.Proxies.Servers.Contains(proxy);
        if (!isListed || shard.Now < _restsUntil || !proxy.Health.IsUp || !proxy.Associations.TryTake(shard.Index))
            return;
        WarmAssociation association = new(this, proxy, way);
        association.Association = nat.Associate(proxy, way, association);
        _all.Add(association);
        association.Association.Open();
    }

    private bool Remove(WarmAssociation association)
    {
        if (!_all.Remove(association))
            return false;
        _ages.Remove(association.Age);
        association.Proxy.Associations.GiveBack(shard.Index);
        return true;
    }
}
