namespace Penstock.Tunnel.Proxies;

/// <summary>What one shard has counted about one proxy; written by the shard's thread alone, read by anyone.</summary>
internal sealed class ProxyCounters
{
#pragma warning disable CA1051 // fields: a counter is incremented in place
    /// <summary>Commands that the proxy carried out: streams to destinations, and associations.</summary>
    public long Opened;

    /// <summary>Commands that the proxy refused: a matter of the destination.</summary>
    public long Refused;

    /// <summary>Attempts that the proxy failed: not reached, silent, or no SOCKS5.</summary>
    public long Failed;

    /// <summary>Flows that went on to another proxy after such an attempt.</summary>
    public long MovedOn;

    /// <summary>Bytes sent on its TCP connections after the handshake.</summary>
    public long BytesSent;

    /// <summary>Bytes received on them.</summary>
    public long BytesReceived;

    /// <summary>Commands that went out on a connection that stood ready.</summary>
    public long Warm;
#pragma warning restore CA1051
}
