using System.Threading;
using Penstock.Tunnel.Configuration;
using Penstock.Tunnel.Shards;
using Penstock.Tunnel.Udp;
using Penstock.Tunnel.Uplinks;

namespace Penstock.Tunnel.Proxies;

/// <summary>A SOCKS5 proxy: how it is reached, how it is, and what has been counted.</summary>
/// <remarks>Thread-safe. It outlives a reload that leaves its options alone, with health, counters and ready connections.</remarks>
internal sealed class ProxyServer
{
    private readonly ProxyCounters[] _counters;
    private readonly WarmPool?[] _pools;
    private int _sessions;

    /// <param name="entry">Its name and options.</param>
    /// <param name="shards">Number of shards.</param>
    /// <param name="work">Resolves names.</param>
    /// <param name="earlier">A proxy of the same name whose counters go on; null for none.</param>
    public ProxyServer(ProxyEntry entry, int shards, BlockingWork work, ProxyServer? earlier = null)
    {
        Name = entry.Name;
        Options = entry.Socks5;
        Address = new ProxyAddress(Options.Address, work);
        RelayHost = Options.UdpAddress is { Length: > 0 } host ? new ProxyAddress(host, work) : null;
        Udp = new UdpOutlook(Options.Udp);
        _pools = new WarmPool?[shards];
        Connections = new ReadyPlaces(Options.PoolSize, shards);
        Associations = new ReadyPlaces(Options.PoolSize, shards);
        if (earlier is not null)
        {
            _counters = earlier._counters;
            return;
        }
        _counters = new ProxyCounters[shards];
        for (int i = 0; i < shards; i++)
            _counters[i] = new ProxyCounters();
    }

    /// <summary>What the log and the statistics call it.</summary>
    public string Name { get; }

    public Socks5Options Options { get; }

    public ProxyAddress Address { get; }

    /// <summary>Where its relay is, if the configuration says so.</summary>
    public ProxyAddress? RelayHost { get; }

    /// <summary>Which way of relaying datagrams works, and when somebody was last told that none does.</summary>
    public UdpOutlook Udp { get; }

    public ProxyHealth Health { get; } = new();

    /// <summary>There are others that can do its work.</summary>
    public bool IsOneOfSeveral => Health.Wake is not null;

    /// <summary>Streams and associations that it carries, or is being asked for.</summary>
    public int Sessions => Volatile.Read(ref _sessions);

    /// <summary>Of connections that stand ready, or are being made ready.</summary>
    public ReadyPlaces Connections { get; }

    /// <summary>Of associations that stand ready, or are being made ready.</summary>
    public ReadyPlaces Associations { get; }

    /// <summary>A connection that stands ready; null when there is none. For the shard's thread.</summary>
    public SocksStream? TakeWarm(Shard shard)
    {
        if (Options.PoolSize == 0)
            return null;
        return OwnPool(shard).Take();
    }

    /// <summary>The shard makes none ready any more: the proxy is no longer in the configuration, though sessions of before may still try it.</summary>
    public void ClosePool(Shard shard) => OwnPool(shard).Close();

    /// <summary>The shard's ready connections, if it has had any. For its thread.</summary>
    public WarmPool? PoolOf(Shard shard) => _pools[shard.Index];

    /// <summary>What a shard counts.</summary>
    public ProxyCounters CountersOf(int shard) => _counters[shard];

    public ProxyCounters[] Counters => _counters;

    public void SessionBegins() => Interlocked.Increment(ref _sessions);

    public void SessionEnds() => Interlocked.Decrement(ref _sessions);

    private WarmPool OwnPool(Shard shard) => _pools[shard.Index] ??= new WarmPool(shard, this);
}
