using Penstock.Stack.Buffers;
using Penstock.Wire.Ip;

namespace Penstock.Tunnel.Udp;

/// <summary>A datagram on its way to the proxy.</summary>
/// <remarks>
/// <code>
///   |  3 bytes  | address block | payload |
///   ├──────── header ───────────┤
/// </code>
/// Both of the proxy's formats begin with three bytes before the block, so that the header can be written before it is
/// known which of them it will be: UDP ASSOCIATE leaves them zero, command 05 writes its lengths there.
/// </remarks>
/// <param name="Message">Header and payload; the queue owns the lease.</param>
/// <param name="HeaderLength">Where the payload begins.</param>
/// <param name="Destination">Where the app sent it, for the error that may have to be told.</param>
/// <param name="IsWhereRead">
/// The message lies in the buffer that the device was read into, its header over the packet's: for the turn that read
/// it, so that it counts with its length.
/// </param>
internal readonly record struct QueuedDatagram(Lease Message, int HeaderLength, InetEndpoint Destination, bool IsWhereRead = false)
{
    /// <summary>Bytes in front of the address block.</summary>
    public const int Front = 3;

    /// <summary>Bytes of packet memory that it counts for.</summary>
    public int Pinned => IsWhereRead ? Message.Length : Message.Pinned;

    public int PayloadLength => Message.Length - HeaderLength;
}
