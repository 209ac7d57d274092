using Penstock.Wire.Ip;

namespace Penstock.Tunnel.Bypass;

// Where a datagram really goes: a mapped address stands for a name, which this host resolves.
internal sealed partial class DirectAssociation
{
    /// <summary>Where a destination really is.</summary>
    /// <param name="destination">As the app knows it.</param>
    /// <param name="peer">What is remembered of it, if answers from there need a look; it is asked once the datagram goes.</param>
    /// <param name="real">Where it is.</param>
    /// <param name="isWaiting">On false: the name is being resolved.</param>
    /// <param name="refusal">On false otherwise: why there is no way.</param>
    private bool TryResolve(in InetEndpoint destination, out DirectPeer? peer, out InetEndpoint real, out bool isWaiting, out DirectRefusal refusal)
    {
        isWaiting = false;
        refusal = default;
        real = destination;
        peer = _peers.Find(destination);
        if (peer is null && !TryPeer(destination, out peer))
        {
            refusal = DirectRefusal.Nameless(destination.Address);
            return false;
        }
        if (peer?.Host is not { } host)
            return true;
        if (!host.TryGetNow(out InetAddress[] addresses) && !host.TryGet(_whenKnown, out addresses))
        {
            isWaiting = true;
            return false;
        }
        if (TryChoose(peer, addresses, out InetAddress address))
        {
            real = new InetEndpoint(address, destination.Port);
            return true;
        }
        refusal = DirectRefusal.Unresolved(peer.Name!, addresses, host.Failure);
        return false;
    }

    /// <summary>Makes a peer of a destination that needs one; false when nobody knows what it stands for.</summary>
    private bool TryPeer(in InetEndpoint destination, out DirectPeer? peer)
    {
        peer = null;
        if (!_rules.IsMapped(destination.Address))
        {
            // Asked by its real address as well as by a mapped one: then each has its own answers.
            if (_peers.IsReal(destination))
                peer = _peers.Add(destination, null, null);
            return true;
        }
        if (_owner.NameOf(destination.Address) is not { } name)
            return false;
        peer = _peers.Add(destination, name, _rules.Hosts[name]);
        return true;
    }

    /// <summary>Where a name's datagrams go: where they went before, else an address of the app's family, else one of the other.</summary>
    private bool TryChoose(DirectPeer peer, InetAddress[] addresses, out InetAddress chosen)
    {
        chosen = default;
        bool isFound = false;
        foreach (InetAddress address in addresses)
        {
            if (_rules.IsMapped(address))
                continue;
            if (peer.IsListed && address == peer.Real.Address)
            {
                chosen = address;
                return true;
            }
            if (isFound && (chosen.IsV6 == _isV6 || address.IsV6 != _isV6))
                continue;
            chosen = address;
            isFound = true;
        }
        return isFound;
    }
}
