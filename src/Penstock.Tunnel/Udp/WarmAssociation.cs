using Penstock.Stack.Buffers;
using Penstock.Tunnel.Configuration;
using Penstock.Tunnel.Proxies;
using Penstock.Tunnel.Shards;
using Penstock.Tunnel.Uplinks;

namespace Penstock.Tunnel.Udp;

/// <summary>An association that no source has yet: what comes on it is nobody's.</summary>
internal sealed class WarmAssociation : IAssociationOwner
{
    private readonly WarmAssociations _pool;

    public WarmAssociation(WarmAssociations pool, ProxyServer proxy, UdpRelay way)
    {
        _pool = pool;
        Proxy = proxy;
        Way = way;
        Age = new DeadlineNode<WarmAssociation>(this);
    }

    public ProxyServer Proxy { get; }

    public UdpRelay Way { get; }

    /// <summary>Set once, before it is opened.</summary>
    public UplinkAssociation? Association { get; set; }

    /// <summary>Datagrams could flow.</summary>
    public bool IsOpen { get; private set; }

    /// <summary>Place in the order in which they get too old.</summary>
    public DeadlineNode<WarmAssociation> Age { get; }

    public void OnAssociationOpened()
    {
        IsOpen = true;
        _pool.OnOpened(this);
    }

    public void OnAssociationFailed(bool isRefused, string reason) => _pool.OnLost(this);

    public void OnAssociationEnded(string reason) => _pool.OnLost(this);

    /// <summary>Nobody has asked for anything: a little of what comes is dropped, and who sends much is not worth waiting for.</summary>
    public void OnAssociationReadable()
    {
        if (!Association!.Receive())
            return;
        Association.Close();
        _pool.OnLost(this);
    }

    public void OnAssociationWritable()
    {
    }

    public void OnAnswer(DatagramSource source, in Lease payload)
    {
    }

    public void OnMalformed()
    {
    }

    public void OnTooLarge(in QueuedDatagram datagram)
    {
    }

    public void OnLost(in QueuedDatagram datagram)
    {
    }
}
