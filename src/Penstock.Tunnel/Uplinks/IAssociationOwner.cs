using Penstock.Stack.Buffers;
using Penstock.Tunnel.Udp;

namespace Penstock.Tunnel.Uplinks;

/// <summary>Who is told what happens to an association: a UDP session.</summary>
/// <remarks>Called on the shard's thread. After <see cref="UplinkAssociation.Close"/> no further call is made.</remarks>
internal interface IAssociationOwner
{
    /// <summary>Datagrams may flow.</summary>
    void OnAssociationOpened();

    /// <summary>There will be no association; it is closed already.</summary>
    /// <param name="isRefused">The proxy was reached and does not relay datagrams this way.</param>
    /// <param name="reason">What happened, for a person.</param>
    void OnAssociationFailed(bool isRefused, string reason);

    /// <summary>The association has ended; it is closed already.</summary>
    void OnAssociationEnded(string reason);

    /// <summary>There may be something to <see cref="UplinkAssociation.Receive"/>.</summary>
    void OnAssociationReadable();

    /// <summary><see cref="UplinkAssociation.Flush"/> may take more after it was blocked.</summary>
    void OnAssociationWritable();

    /// <summary>A datagram came.</summary>
    /// <param name="source">Who sent it, as the proxy says.</param>
    /// <param name="payload">Valid until the association receives again; a share of it keeps the memory.</param>
    void OnAnswer(DatagramSource source, in Lease payload);

    /// <summary>Something came that is no datagram; it was dropped.</summary>
    void OnMalformed();

    /// <summary>A datagram is too large for the relay; it is dropped next.</summary>
    void OnTooLarge(in QueuedDatagram datagram);

    /// <summary>A datagram could not be sent for a passing reason; it is dropped next.</summary>
    void OnLost(in QueuedDatagram datagram);
}
