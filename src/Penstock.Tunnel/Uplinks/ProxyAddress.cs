using System;
using System.Collections.Generic;
using System.Net;
using System.Net.Sockets;
using System.Threading;
using Penstock.Tunnel.Shards;
using Penstock.Wire.Ip;

namespace Penstock.Tunnel.Uplinks;

/// <summary>Where a proxy is: an address, or a name that is resolved off the shards and kept for a while.</summary>
/// <remarks>
/// Thread-safe. A name's addresses are kept for a minute; while they are being refreshed the old ones serve. The
/// system's resolver does not tell a record's time to live.
/// </remarks>
public sealed class ProxyAddress
{
    private const long KeepMilliseconds = 60_000;
    private readonly string _host;
    private readonly BlockingWork _work;
    private readonly Lock _lock = new();
    private readonly List<Action> _waiting = [];
    private InetAddress[]? _addresses;
    private long _resolvedAt;
    private bool _resolving;
    private string _failure = "";

    /// <summary>Takes a literal address as it is; anything else is a name.</summary>
    public ProxyAddress(string host, BlockingWork work)
    {
        _host = host;
        _work = work;
        if (InetAddress.TryParse(host, out InetAddress literal))
            _addresses = [literal];
        else
            _resolvedAt = long.MinValue / 2;
        IsName = _addresses is null;
    }

    /// <summary>True when the addresses come from a resolver.</summary>
    public bool IsName { get; }

    /// <summary>Why the last resolution failed; empty when it did not.</summary>
    public string Failure => Volatile.Read(ref _failure);

    /// <summary>The addresses, in the resolver's order, if they are known and fresh.</summary>
    public bool TryGetNow(out InetAddress[] addresses)
    {
        addresses = Known;
        return !IsName || (addresses.Length > 0 && Age < KeepMilliseconds);
    }

    /// <summary>The addresses if they are known now; asks the resolver if they are not, or not fresh.</summary>
    /// <param name="whenKnown">Called from another thread when they become known or the resolution fails, if they are not.</param>
    /// <param name="addresses">The addresses.</param>
    /// <returns>False when <paramref name="whenKnown"/> will be called instead.</returns>
    public bool TryGet(Action whenKnown, out InetAddress[] addresses)
    {
        if (TryGetNow(out addresses))
            return true;
        lock (_lock)
        {
            StartResolving();
            addresses = _addresses ?? [];
            if (addresses.Length > 0)
                return true;
            if (_resolving)
                _waiting.Add(whenKnown);
            return !_resolving;
        }
    }

    /// <summary>The addresses as they were last known; empty when a resolution failed.</summary>
    public InetAddress[] Known => Volatile.Read(ref _addresses) ?? [];

    private long Age => Environment.TickCount64 - Interlocked.Read(ref _resolvedAt);

    private void StartResolving()
    {
        if (_resolving || Age < 1000)
            return; // a failure is kept for a second, so that a storm of sessions asks once
        _resolving = _work.TryRun(Resolve);
        if (!_resolving)
            Volatile.Write(ref _failure, "the queue of blocking work is full");
    }

    private void Resolve()
    {
        InetAddress[]? found = null;
        string failure = "";
        try
        {
            IPAddress[] answers = Dns.GetHostAddresses(_host);
            found = Array.ConvertAll(answers, static a => InetAddress.Read(a.GetAddressBytes()));
        }
        catch (Exception e) when (e is SocketException or ArgumentException)
        {
            failure = e.Message;
        }
        Action[] waiting;
        lock (_lock)
        {
            if (found is { Length: > 0 })
                Volatile.Write(ref _addresses, found);
            Volatile.Write(ref _failure, failure);
            Interlocked.Exchange(ref _resolvedAt, Environment.TickCount64);
            _resolving = false;
            waiting = [.. _waiting];
            _waiting.Clear();
        }
        foreach (Action action in waiting)
            action();
    }
}
