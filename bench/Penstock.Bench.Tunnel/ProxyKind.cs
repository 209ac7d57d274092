namespace Penstock.Bench.Tunnel;

/// <summary>What the tunnel relays to.</summary>
internal enum ProxyKind
{
    /// <summary>The reference relay: the natural unit of cost.</summary>
    ReferenceRelay,

    /// <summary>microsocks, which leaves Nagle's algorithm on.</summary>
    Microsocks,

    /// <summary>The proxy that is itself every destination: as many sessions as the tunnel can hold.</summary>
    Echo,

    /// <summary>The same for datagrams: echo, discard, source and DNS by the destination's port.</summary>
    Datagrams,

    /// <summary>dante, and behind it a name server of its own process: dnsmasq.</summary>
    Dante,
}
