using Penstock.Tunnel.Udp;
using Penstock.Tunnel.Uplinks;
using Penstock.Wire.Ip;

namespace Penstock.Tunnel.Bypass;

/// <summary>Who is told what happens to a direct association, and asked what mapped addresses stand for.</summary>
internal interface IDirectOwner : IAssociationOwner
{
    /// <summary>A datagram has no way to its destination; it is dropped next.</summary>
    void OnRefused(in QueuedDatagram datagram, in DirectRefusal refusal);

    /// <summary>The name that a mapped address stands for, or null.</summary>
    string? NameOf(in InetAddress address);
}
