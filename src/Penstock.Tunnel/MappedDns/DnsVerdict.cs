namespace Penstock.Tunnel.MappedDns;

/// <summary>What becomes of a query.</summary>
public enum DnsVerdict
{
    /// <summary>The response holds the answer, perhaps an error that the RFCs ask for.</summary>
    Answered,

    /// <summary>It is no query: silence.</summary>
    Ignored,

    /// <summary>It asks about a name that must not be mapped: resolve it through the proxy.</summary>
    Excluded,
}
