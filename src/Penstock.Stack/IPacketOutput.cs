namespace Penstock.Stack;

/// <summary>Where the stack's packets go: a TUN queue, or a simulated link.</summary>
public interface IPacketOutput
{
    /// <summary>Writes one packet; false when the device had no room, and the packet is lost as on any link.</summary>
    bool Write(in OutgoingPacket packet);
}
