using Penstock.Stack.Buffers;
using Penstock.Wire.Ip;

namespace Penstock.Stack.Udp;

/// <summary>A datagram from an app, valid during the call that brings it.</summary>
/// <remarks>
/// The leases belong to the stack's caller: a host that keeps the payload takes a share of it
/// (<see cref="Lease.Share()"/>), or copies a small one. Once it answers nothing from <see cref="Packet"/> any more, it may
/// put headers of its own over the packet's.
/// </remarks>
public readonly ref struct UdpDatagram
{
    /// <summary>The two ends; either port may be 0.</summary>
    public required FlowKey Flow { get; init; }

    /// <summary>The user's data, 0 bytes or more.</summary>
    public required Lease Payload { get; init; }

    /// <summary>Bytes of each datagram that a super-packet stands for, the last may be shorter; 0 for a plain one.</summary>
    public int SegmentSize { get; init; }

    /// <summary>What the IP header says.</summary>
    public required IpPacket Ip { get; init; }

    /// <summary>The whole packet from its IP header on, put together if it came in fragments.</summary>
    public required Lease Packet { get; init; }
}
