using System;
using System.Collections.Generic;
using Penstock.Wire.Dns;
using Penstock.Wire.Ip;

namespace Penstock.Tunnel.MappedDns;

/// <summary>Answers queries with addresses of a private network, and knows which name an address stands for.</summary>
/// <remarks>
/// <code>
///   app ── A? www.example ──▶ resolver     names[7] = "www.example"
///       ◀── 100.64.0.7 ──────
///   app ── SYN 100.64.0.7 ──▶ TryName ──▶ CONNECT www.example
/// </code>
/// One for the whole process: all shards ask it, per query and per new flow, under one lock that is held for a look
/// into a table. A reload makes another one, which takes the table over. What a query is answered with is in
/// <c>MappedDnsResolver.Answer.cs</c>.
/// </remarks>
public sealed partial class MappedDnsResolver
{
    private readonly MappedDnsOptions _options;
    private readonly MappedNetwork _network;
    private readonly MappedNetwork? _networkV6;
    private readonly List<byte[]> _excluded = [];
    private readonly MappedRoom _room;
    private readonly NameTable _names;

    /// <summary>A resolver that knows no name.</summary>
    /// <exception cref="ArgumentException">The options make no sense; the message names the key.</exception>
    public MappedDnsResolver(MappedDnsOptions options)
        : this(options, null)
    {
    }

    /// <summary>A resolver that shares the names of another one, whose networks are the same: what either maps, both know.</summary>
    internal MappedDnsResolver(MappedDnsOptions options, MappedDnsResolver? earlier)
    {
        _options = options;
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(options.CacheSize, "mapdns.cache-size");
        if (!MappedNetwork.TryPrefix(options.Netmask, out int prefix) || options.Network.IsV6)
            throw new ArgumentException($"mapdns.netmask: {options.Netmask} is no IPv4 mask of leading ones", nameof(options));
        _network = new MappedNetwork(options.Network, prefix);
        CheckRoom(_network, "mapdns.netmask");
        if (options.NetworkV6 is { } networkV6)
        {
            if (!networkV6.IsV6 || options.PrefixV6 is < 0 or > 127)
                throw new ArgumentException($"mapdns.network6: {networkV6}/{options.PrefixV6} is no IPv6 network", nameof(options));
            _networkV6 = new MappedNetwork(networkV6, options.PrefixV6);
            CheckRoom(_networkV6.Value, "mapdns.prefix6");
        }
        foreach (string suffix in options.Exclude)
            _excluded.Add(ReadSuffix(suffix));
        var room = new MappedRoom(options, _network, _networkV6);
        if (room.IsEmpty)
            throw new ArgumentException("mapdns.cache-size: the network has no address that a name could get", nameof(options));
        _room = room;
        _names = earlier?._names ?? new NameTable(room.Bound, room.Reserved);
        lock (_names.Lock)
            _names.Fit(room.Bound, room.Reserved);
    }

    /// <summary>The names themselves, which outlive a resolver; for telling one table from another.</summary>
    internal NameTable Names => _names;

    /// <summary>Names that have an address.</summary>
    public int Count
    {
        get
        {
            lock (_names.Lock)
                return _names.Count;
        }
    }

    /// <summary>Names whose address was given to another.</summary>
    public long Evicted
    {
        get
        {
            lock (_names.Lock)
                return _names.Evicted;
        }
    }

    /// <summary>Grows with every new name.</summary>
    internal long Version
    {
        get
        {
            lock (_names.Lock)
                return _names.Version;
        }
    }

    /// <summary>True when a datagram or connection to this destination is a query for the resolver.</summary>
    public bool Intercepts(in InetEndpoint destination)
    {
        if (destination.Port == 0)
            return false;
        return destination.Port == _options.HijackPort || destination == _options.Server || destination == _options.ServerV6;
    }

    /// <summary>Who resolves an excluded name that was asked for at a destination; false when nobody is known to.</summary>
    internal bool TryServerFor(in InetEndpoint asked, out InetEndpoint server)
    {
        server = _options.ExcludedServer ?? asked;
        return _options.ExcludedServer is not null || (asked != _options.Server && asked != _options.ServerV6);
    }

    /// <summary>The name that an address stands for, which counts as a use of it; null when it stands for none.</summary>
    /// <remarks>For each new flow or destination, not for each packet.</remarks>
    public string? TryName(in InetAddress address)
    {
        if (!_room.TryIndex(address, out int index))
            return null;
        lock (_names.Lock)
            return _names.Use(index);
    }

    /// <summary>The address that a name has, if it has one; no use of it.</summary>
    /// <param name="name">In any case.</param>
    /// <param name="isV6">Which family is wanted.</param>
    /// <param name="address">The address.</param>
    public bool TryAddress(ReadOnlySpan<char> name, bool isV6, out InetAddress address)
    {
        address = default;
        if (isV6 && _networkV6 is null)
            return false;
        int index;
        lock (_names.Lock)
        {
            if (!_names.TryPeek(name, out index))
                return false;
        }
        address = isV6 ? _networkV6!.Value[index] : _network[index];
        return true;
    }

    /// <summary>Names and their indices, the one unused for longest first.</summary>
    internal List<(int Index, string Name)> Snapshot()
    {
        lock (_names.Lock)
            return [.. _names.ByLastUse()];
    }

    /// <summary>Takes back a name of a snapshot; false when it or its index is taken, or does not fit.</summary>
    internal bool TryRestore(int index, string name)
    {
        lock (_names.Lock)
            return _names.TryRestore(index, name);
    }

    private void CheckRoom(MappedNetwork network, string key)
    {
        if (_options.CacheSize > network.Largest)
            throw new ArgumentException($"mapdns.cache-size: {_options.CacheSize} is more than {key} leaves room for, {network.Largest}");
    }

    private static byte[] ReadSuffix(string suffix)
    {
        string name = suffix.TrimStart('.');
        Span<byte> storage = stackalloc byte[DnsName.MaxLength];
        if (name.Length == 0 || !DnsName.TryParse(name, storage, out DnsName parsed))
            throw new ArgumentException($"mapdns.exclude: \"{suffix}\" is no domain name");
        return parsed.Wire.ToArray();
    }
}
