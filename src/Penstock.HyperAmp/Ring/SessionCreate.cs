using System;
using System.Buffers.Binary;

namespace Penstock.HyperAmp.Ring;

/// <summary>What a session is for: the payload of a session message.</summary>
/// <remarks><code>
///   0          1       2          4        8          10         12        16
///   | protocol | state | src_port | src_ip | dst_port | reserved | dst_ip  |
/// </code>
/// Ports are little-endian, addresses are the four bytes in network order.</remarks>
/// <param name="Protocol">6 for TCP, 17 for UDP.</param>
/// <param name="State">How far the session is.</param>
/// <param name="SourcePort">The front end's port.</param>
/// <param name="SourceAddress">The front end's IPv4 address, first byte highest.</param>
/// <param name="DestinationPort">The port it wants to reach.</param>
/// <param name="DestinationAddress">The IPv4 address it wants to reach, first byte highest.</param>
public readonly record struct SessionCreate(
    byte Protocol, SessionState State, ushort SourcePort, uint SourceAddress, ushort DestinationPort, uint DestinationAddress)
{
    /// <summary>Bytes of the payload.</summary>
    public const int Size = 16;

    /// <summary>Reads a private copy.</summary>
    public static bool TryParse(ReadOnlySpan<byte> bytes, out SessionCreate session)
    {
        session = default;
        if (bytes.Length < Size)
            return false;
        session = new(
            bytes[0],
            (SessionState)bytes[1],
            BinaryPrimitives.ReadUInt16LittleEndian(bytes[2..]),
            BinaryPrimitives.ReadUInt32BigEndian(bytes[4..]),
            BinaryPrimitives.ReadUInt16LittleEndian(bytes[8..]),
            BinaryPrimitives.ReadUInt32BigEndian(bytes[12..]));
        return true;
    }

    /// <summary>Writes the payload into 16 bytes.</summary>
    public void Write(Span<byte> bytes)
    {
        bytes[..Size].Clear();
        bytes[0] = Protocol;
        bytes[1] = (byte)State;
        BinaryPrimitives.WriteUInt16LittleEndian(bytes[2..], SourcePort);
        BinaryPrimitives.WriteUInt32BigEndian(bytes[4..], SourceAddress);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes[8..], DestinationPort);
        BinaryPrimitives.WriteUInt32BigEndian(bytes[12..], DestinationAddress);
    }
}
