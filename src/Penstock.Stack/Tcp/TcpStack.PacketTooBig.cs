using System;
using Penstock.Stack.Buffers;
using Penstock.Wire.Icmp;
using Penstock.Wire.Ip;

namespace Penstock.Stack.Tcp;

// Routers between the device and an app: what they cannot forward they tell, RFC 1191, RFC 8201.
public sealed partial class TcpStack
{
    /// <summary>A router says that a packet of ours is too big for its next link.</summary>
    /// <param name="quote">What it quotes of the packet: this stack's end is the source.</param>
    /// <param name="mtu">What the next link takes.</param>
    /// <param name="packet">The error's packet, for the shard that has the flow; the caller keeps the lease.</param>
    /// <param name="offload">What is known of it; its checksum has been verified.</param>
    /// <param name="now">The time.</param>
    /// <returns>False when no flow here or elsewhere is meant.</returns>
    internal bool OnPacketTooBig(in IcmpQuote quote, int mtu, in Lease packet, PacketOffload offload, long now)
    {
        Now = Math.Max(Now, now);
        FlowKey flow = new(quote.Destination, quote.Source);
        if (_table.Find(flow, _table.HashOf(flow)) is not { } connection)
            return Host.OnStranger(flow, false, packet, offload) == StrangerVerdict.HandedOver;
        connection.OnPacketTooBig(quote.Seq, mtu);
        return true;
    }
}
