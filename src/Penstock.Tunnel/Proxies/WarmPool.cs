using System.Collections.Generic;
using Penstock.Tunnel.Shards;
using Penstock.Tunnel.Uplinks;

namespace Penstock.Tunnel.Proxies;

/// <summary>One shard's connections to one proxy that have greeted and wait for a command.</summary>
/// <remarks>
/// <code>
///   a flow takes one ──► up to two are opened instead, while the shard's part of the bound leaves room
///   closed by the proxy, or old ──► dropped; replaced while flows have come in the last minutes, unless it hardly lived
/// </code>
/// The newest is taken first. Before it is handed out, the kernel is asked whether anything has come on it, an end most
/// of all; a connection that ends between that and the answer to its command is replaced by a fresh one in the stream
/// itself. For the shard's thread.
/// </remarks>
internal sealed class WarmPool(Shard shard, ProxyServer proxy)
{
    /// <summary>Microseconds after which a connection is too old: proxies and firewalls give idle ones up.</summary>
    public const long Lifetime = 20_000_000;

    /// <summary>Microseconds after which one that ends was in order: another may take its place at once.</summary>
    public const long Settled = 2_000_000;

    private const long WantedFor = 120_000_000;
    private const long RestAfterFailure = 1_000_000;
    private const int OpenedAtOnce = 2;

    private readonly List<SocksStream> _ready = [];
    private readonly List<SocksStream> _opening = [];
    private long _lastUse = long.MinValue / 2;
    private long _restsUntil = long.MinValue;
    private bool _isClosed;

    /// <summary>A connection for a command, or null; opens others for those who come next.</summary>
    public SocksStream? Take()
    {
        _lastUse = shard.Now;
        SocksStream? taken = null;
        while (taken is null && _ready.Count > 0)
        {
            SocksStream newest = _ready[^1];
            _ready.RemoveAt(_ready.Count - 1);
            proxy.Connections.GiveBack(shard.Index);
            if (newest.IsQuiet)
                taken = newest;
            else
                newest.Close(reset: false);
        }
        for (int i = 0; i < OpenedAtOnce; i++)
            OpenOne();
        return taken;
    }

    /// <summary>The connection has greeted.</summary>
    public void OnReady(SocksStream stream)
    {
        _opening.Remove(stream);
        _ready.Add(stream);
    }

    /// <summary>The connection could not be made, has ended or is old; it is closed already.</summary>
    /// <param name="stream">The connection.</param>
    /// <param name="wasReady">The proxy was well when it greeted: another may take the place.</param>
    public void OnLost(SocksStream stream, bool wasReady)
    {
        if (!_ready.Remove(stream) && !_opening.Remove(stream))
            return;
        proxy.Connections.GiveBack(shard.Index);
        if (!wasReady || shard.Now - stream.Begun < Settled)
            _restsUntil = shard.Now + RestAfterFailure;
        else if (shard.Now - _lastUse < WantedFor)
            OpenOne();
    }

    /// <summary>Closes all: the proxy is down.</summary>
    public void Drop()
    {
        while (_ready.Count + _opening.Count > 0)
        {
            List<SocksStream> some = _ready.Count > 0 ? _ready : _opening;
            SocksStream stream = some[^1];
            some.RemoveAt(some.Count - 1);
            proxy.Connections.GiveBack(shard.Index);
            stream.Close(reset: false);
        }
    }

    /// <summary>Closes all for good: the proxy is no longer in the configuration, or the shard ends.</summary>
    public void Close()
    {
        _isClosed = true;
        Drop();
    }

    private void OpenOne()
    {
        if (_isClosed || shard.Now < _restsUntil || !proxy.Health.IsUp || !proxy.Connections.TryTake(shard.Index))
            return;
        SocksStream stream = SocksStream.Warm(shard, proxy, this);
        _opening.Add(stream);
        stream.Open();
    }
}
