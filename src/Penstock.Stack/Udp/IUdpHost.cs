using Penstock.Stack.Buffers;
using Penstock.Wire.Ip;

namespace Penstock.Stack.Udp;

/// <summary>The user of the stack's UDP.</summary>
public interface IUdpHost
{
    /// <summary>A datagram arrived; called on the stack's thread from within <c>Input</c>.</summary>
    /// <param name="datagram">Valid during the call.</param>
    /// <param name="now">The time, in microseconds.</param>
    void OnDatagram(in UdpDatagram datagram, long now);

    /// <summary>Asked before the stack believes a router that a datagram to an app was too big for the path.</summary>
    /// <param name="flow">From the app's end to whom the app saw as the datagram's sender.</param>
    /// <param name="packet">The router's packet; the host copies what it wants to keep.</param>
    /// <param name="offload">What is known of it; its checksum has been verified.</param>
    SessionOwner OnPacketTooBig(in FlowKey flow, in Lease packet, PacketOffload offload) => SessionOwner.Nobody;
}
