using System;
using System.Collections.Concurrent;
using Penstock.Tunnel.Shards;
using Penstock.Tunnel.Uplinks;

namespace Penstock.Tunnel.Bypass;

/// <summary>Names that this host resolves for flows that go direct, kept for a while. Thread-safe.</summary>
internal sealed class HostNames(BlockingWork work)
{
    private const int Most = 4096;
    private readonly ConcurrentDictionary<string, ProxyAddress> _names = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>The addresses of a name, known or to be asked for.</summary>
    public ProxyAddress this[string name]
    {
        get
        {
            // Who is thrown out is asked for again when it is needed: that is rare, and no reason to keep an order.
            if (_names.Count >= Most)
                _names.Clear();
            return _names.GetOrAdd(name, static (key, resolver) => new ProxyAddress(key, resolver), work);
        }
    }
}
