using System;
using System.Collections.Generic;
using Penstock.Wire.Ip;

namespace Penstock.Tunnel.Udp;

/// <summary>The UDP sessions of one shard by source: a source has one by proxy, one that goes direct, or both.</summary>
/// <remarks>Both are found by one lookup: the dictionary has the first of them, which knows the other (<see cref="UdpSession.Twin"/>).</remarks>
internal sealed class UdpSources
{
    private const int KeptCapacity = 256;
    private readonly Dictionary<InetEndpoint, UdpSession> _sessions = [];
    private UdpSession? _last;

    /// <summary>Sources that have a session.</summary>
    public int Count => _sessions.Count;

    /// <summary>A session of the source, of either kind; null when it has none.</summary>
    public UdpSession? Find(in InetEndpoint source)
    {
        if (_last is { } last && last.Source == source)
            return last;
        if (_sessions.TryGetValue(source, out UdpSession? session))
            _last = session;
        return session;
    }

    /// <summary>Adds a session, of a kind that its source has not yet.</summary>
    public void Add(UdpSession session)
    {
        if (Find(session.Source) is not { } first)
        {
            _sessions.Add(session.Source, session);
            return;
        }
        first.Twin = session;
        session.Twin = first;
    }

    /// <summary>Takes a session out; false when it is out already.</summary>
    public bool Remove(UdpSession session)
    {
        if (!_sessions.TryGetValue(session.Source, out UdpSession? first))
            return false;
        if (!ReferenceEquals(first, session) && !ReferenceEquals(first.Twin, session))
            return false;
        if (ReferenceEquals(_last, session))
            _last = null;
        if (session.Twin is { } twin)
        {
            twin.Twin = session.Twin = null;
            _sessions[session.Source] = twin;
        }
        else
        {
            _sessions.Remove(session.Source);
        }
        return true;
    }

    /// <summary>Gives back what the many of a storm have grown, when few of them are left.</summary>
    public void Trim()
    {
        // Less than a quarter in use, and twice as many find room afterwards: the next look finds nothing to do.
        if (_sessions.Capacity > 2 * KeptCapacity && _sessions.Count < _sessions.Capacity / 4)
            _sessions.TrimExcess(Math.Max(KeptCapacity, 2 * _sessions.Count));
    }
}
