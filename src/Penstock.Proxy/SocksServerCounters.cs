namespace Penstock.Proxy;

/// <summary>What a server has done since its start.</summary>
/// <param name="Open">Connections that are open now.</param>
/// <param name="Accepted">Connections accepted.</param>
/// <param name="Refused">Connections closed at the limit of sessions or descriptors.</param>
/// <param name="Connected">CONNECT requests granted.</param>
/// <param name="Associated">UDP ASSOCIATE and command 05 requests granted.</param>
/// <param name="Failed">Handshakes and requests that ended without a grant.</param>
/// <param name="Resets">Relays that ended with RST.</param>
/// <param name="BytesUp">Text from clients to destinations.</param>
/// <param name="BytesDown">Text from destinations to clients.</param>
/// <param name="DatagramsUp">Datagrams from clients to destinations.</param>
/// <param name="DatagramsDown">Datagrams from destinations to clients.</param>
public readonly record struct SocksServerCounters(
    long Open,
    long Accepted,
    long Refused,
    long Connected,
    long Associated,
    long Failed,
    long Resets,
    long BytesUp,
    long BytesDown,
    long DatagramsUp,
    long DatagramsDown)
{
    /// <summary>The sum of two threads' counters.</summary>
    public static SocksServerCounters operator +(in SocksServerCounters a, in SocksServerCounters b) => new(
        a.Open + b.Open,
        a.Accepted + b.Accepted,
        a.Refused + b.Refused,
        a.Connected + b.Connected,
        a.Associated + b.Associated,
        a.Failed + b.Failed,
        a.Resets + b.Resets,
        a.BytesUp + b.BytesUp,
        a.BytesDown + b.BytesDown,
        a.DatagramsUp + b.DatagramsUp,
        a.DatagramsDown + b.DatagramsDown);
}
