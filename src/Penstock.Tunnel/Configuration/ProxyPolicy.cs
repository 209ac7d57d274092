namespace Penstock.Tunnel.Configuration;

/// <summary>Which of several proxies a new flow gets (<c>proxies.policy</c>); one that does not answer is passed over.</summary>
public enum ProxyPolicy
{
    /// <summary>The first of the list that is well: the others stand by.</summary>
    Order,

    /// <summary>One after the other.</summary>
    RoundRobin,

    /// <summary>The one that carries the fewest sessions of this tunnel.</summary>
    LeastSessions,

    /// <summary>The same one for all flows of a source address; a proxy that fails moves its own sources alone.</summary>
    HashSource,
}
