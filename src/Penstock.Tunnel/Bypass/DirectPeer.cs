using Penstock.Tunnel.Shards;
using Penstock.Tunnel.Uplinks;
using Penstock.Wire.Ip;

namespace Penstock.Tunnel.Bypass;

/// <summary>An end to which one source has sent, as it knows it, and where that really is.</summary>
internal sealed class DirectPeer
{
    public DirectPeer(in InetEndpoint asked, string? name, ProxyAddress? host)
    {
        Asked = asked;
        Name = name;
        Host = host;
        Use = new DeadlineNode<DirectPeer>(this);
    }

    /// <summary>Where the source sends: a mapped address.</summary>
    public InetEndpoint Asked { get; }

    /// <summary>The name that it stood for when the source first sent to it; null for an address that is none of the mapped ones.</summary>
    public string? Name { get; }

    /// <summary>The name's addresses.</summary>
    public ProxyAddress? Host { get; }

    /// <summary>Where its datagrams go; meaningful once the first one has gone.</summary>
    public InetEndpoint Real { get; set; }

    /// <summary>A datagram has gone there.</summary>
    public bool IsListed { get; set; }

    /// <summary>The next one at the same real end.</summary>
    public DirectPeer? Next { get; set; }

    /// <summary>The question that waits for an answer, in the order of all questions; 0 when none does.</summary>
    public long WaitsSince { get; set; }

    /// <summary>Place in the order of the last use.</summary>
    public DeadlineNode<DirectPeer> Use { get; }
}
