using Penstock.Linux.Sockets;

namespace Penstock.Proxy.Relays;

/// <summary>A socket that datagrams leave by, and how long those may be that the kernel splits for it.</summary>
internal sealed class DatagramPort
{
    internal DatagramPort(DatagramSocket socket)
    {
        Socket = socket;
        _ = socket.SetReceiveBuffer(1 << 20);
        _ = socket.SetReceiveCoalescing();
        LargestSegment = socket.CanSegment ? int.MaxValue : 0;
    }

    internal DatagramSocket Socket { get; }

    /// <summary>Longer ones are sent one by one: a device or a way's MTU has refused them in a row.</summary>
    internal int LargestSegment { get; set; }
}
