using System;
using System.Collections.Generic;
using System.Threading;
using Penstock.Tunnel.Configuration;
using Penstock.Wire.Ip;

namespace Penstock.Tunnel.Proxies;

/// <summary>The proxies of a configuration, and which of them a new flow gets. Thread-safe, without locks.</summary>
/// <remarks>
/// Asked once a flow, and again when an attempt failed, with the proxies that were tried already. Those that are down
/// are passed over as long as another is left.
/// </remarks>
internal sealed class ProxySet
{
    private readonly ProxyServer[] _servers;
    private readonly ulong[] _seeds;
    private readonly ProxyPolicy _policy;
    private uint _turn;

    /// <param name="servers">One at least, <see cref="ProxiesOptions.MaxProxies"/> at most.</param>
    /// <param name="policy">How flows are shared out.</param>
    public ProxySet(ProxyServer[] servers, ProxyPolicy policy)
    {
        _servers = servers;
        _policy = policy;
        _seeds = Array.ConvertAll(servers, static server => Seed(server.Name));
        BlocksDatagrams = Array.TrueForAll(servers, static server => server.Udp.IsBlocked);
    }

    public IReadOnlyList<ProxyServer> Servers => _servers;

    /// <summary>There is another proxy to go to.</summary>
    public bool HasSeveral => _servers.Length > 1;

    /// <summary>No proxy takes datagrams.</summary>
    public bool BlocksDatagrams { get; }

    /// <summary>The proxy for a new flow, or for one whose attempts have failed so far.</summary>
    /// <param name="source">The app's address.</param>
    /// <param name="tried">Proxies that were tried, a bit each; the chosen one is added.</param>
    /// <param name="forDatagrams">Proxies that take no datagrams are left out.</param>
    /// <returns>Null when all have been tried.</returns>
    public ProxyServer? Choose(in InetAddress source, ref ulong tried, bool forDatagrams = false)
    {
        int chosen = _servers.Length == 1
            ? (tried == 0 ? 0 : -1)
            : Best(source, Candidates(tried, forDatagrams));
        if (chosen < 0)
            return null;
        tried |= 1UL << chosen;
        return _servers[chosen];
    }

    /// <summary>A proxy as the only one that was tried.</summary>
    public ulong Only(ProxyServer server)
    {
        int index = Array.IndexOf(_servers, server);
        return index < 0 ? 0 : 1UL << index;
    }

    /// <summary>True when a proxy that is well and was not tried is left.</summary>
    public bool HasBetter(ulong tried, bool forDatagrams = false)
    {
        ulong candidates = Candidates(tried, forDatagrams);
        for (int i = 0; i < _servers.Length; i++)
        {
            if ((candidates >> i & 1) != 0 && _servers[i].Health.IsUp)
                return true;
        }
        return false;
    }

    // Those that are well; if there are none, the others: a verdict may be wrong or old.
    private ulong Candidates(ulong tried, bool forDatagrams)
    {
        ulong well = 0;
        ulong rest = 0;
        for (int i = 0; i < _servers.Length; i++)
        {
            if ((tried >> i & 1) != 0 || (forDatagrams && _servers[i].Udp.IsBlocked))
                continue;
            if (_servers[i].Health.IsUp)
                well |= 1UL << i;
            else
                rest |= 1UL << i;
        }
        return well != 0 ? well : rest;
    }

    private int Best(in InetAddress source, ulong candidates)
    {
        int count = System.Numerics.BitOperations.PopCount(candidates);
        int skip = _policy == ProxyPolicy.RoundRobin && count > 0 ? (int)(Interlocked.Increment(ref _turn) % (uint)count) : 0;
        int best = -1;
        ulong bestScore = 0;
        for (int i = 0; i < _servers.Length; i++)
        {
            if ((candidates >> i & 1) == 0)
                continue;
            ulong score = _policy switch
            {
                ProxyPolicy.RoundRobin => skip-- == 0 ? 1UL : 0,
                ProxyPolicy.LeastSessions => ulong.MaxValue - (uint)_servers[i].Sessions,
                // The highest of a hash for each proxy: when one goes, the order of the others stays.
                ProxyPolicy.HashSource => Mix(source.High ^ Mix(source.Low ^ _seeds[i])),
                _ => 0,
            };
            if (best < 0 || score > bestScore)
                (best, bestScore) = (i, score);
        }
        return best;
    }

    private static ulong Seed(string name)
    {
        ulong seed = 0;
        foreach (char character in name)
            seed = Mix(seed ^ character);
        return seed;
    }

    // The finalizer of SplitMix64.
    private static ulong Mix(ulong value)
    {
        value += 0x9e3779b97f4a7c15;
        value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9;
        value = (value ^ (value >> 27)) * 0x94d049bb133111eb;
        return value ^ (value >> 31);
    }
}
