using System;
using System.Runtime.InteropServices;

namespace Penstock.Linux.Netlink;

/// <summary>One received netlink message, as a view over the receive buffer.</summary>
internal readonly ref struct NetlinkReply
{
    private const int HeadLength = 16;

    private readonly ReadOnlySpan<byte> _message;

    private NetlinkReply(ReadOnlySpan<byte> message) => _message = message;

    internal ushort Type => MemoryMarshal.Read<ushort>(_message[4..]);

    internal ushort Flags => MemoryMarshal.Read<ushort>(_message[6..]);

    internal uint Sequence => MemoryMarshal.Read<uint>(_message[8..]);

    /// <summary>Everything behind the head.</summary>
    internal ReadOnlySpan<byte> Payload => _message[HeadLength..];

    /// <summary>Takes the next message off the front; false at the end or at a malformed one.</summary>
    internal static bool TryTake(ref ReadOnlySpan<byte> datagram, out NetlinkReply message)
    {
        message = default;
        if (datagram.Length < HeadLength)
            return false;
        uint length = MemoryMarshal.Read<uint>(datagram);
        if (length < HeadLength || length > (uint)datagram.Length)
            return false;
        message = new NetlinkReply(datagram[..(int)length]);
        datagram = datagram[Math.Min((int)((length + 3) & ~3u), datagram.Length)..];
        return true;
    }

    /// <summary>Reads the body in front of the attributes; false when the message is too short for it.</summary>
    internal bool TryBody<T>(out T body)
        where T : unmanaged => MemoryMarshal.TryRead(Payload, out body);

    /// <summary>Finds an attribute behind a body of <paramref name="bodyLength"/> bytes.</summary>
    internal bool TryAttribute(int bodyLength, ushort type, out ReadOnlySpan<byte> value) =>
        TryAttribute(Payload.Length >= bodyLength ? Payload[bodyLength..] : default, type, out value);

    /// <summary>Finds an attribute among those in the value of another.</summary>
    internal static bool TryAttribute(ReadOnlySpan<byte> rest, ushort type, out ReadOnlySpan<byte> value)
    {
        while (rest.Length >= 4)
        {
            ushort length = MemoryMarshal.Read<ushort>(rest);
            if (length < 4 || length > rest.Length)
                break;
            if ((MemoryMarshal.Read<ushort>(rest[2..]) & 0x3fff) == type)
            {
                value = rest[4..length];
                return true;
            }
            rest = rest[Math.Min((length + 3) & ~3, rest.Length)..];
        }
        value = default;
        return false;
    }
}
