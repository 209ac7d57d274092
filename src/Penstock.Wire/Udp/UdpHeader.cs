using System;
using System.Buffers.Binary;

namespace Penstock.Wire.Udp;

/// <summary>The UDP header (RFC 768) as a value.</summary>
/// <remarks>
/// <code>
///   +-------------+------------------+
///   | source port | destination port |
///   +-------------+------------------+
///   |   length    |     checksum     |   length covers header and payload
///   +-------------+------------------+
/// </code>
/// </remarks>
/// <param name="SourcePort">0 to 65535.</param>
/// <param name="DestinationPort">0 to 65535.</param>
/// <param name="Length">8 to 65535: header and payload.</param>
/// <param name="Checksum">0 when the sender computed none.</param>
public readonly record struct UdpHeader(ushort SourcePort, ushort DestinationPort, int Length, ushort Checksum)
{
    /// <summary>Bytes of the header.</summary>
    public const int Size = 8;

    /// <summary>Where the checksum lies within the header.</summary>
    public const int ChecksumOffset = 6;

    /// <summary>The longest payload over IPv4.</summary>
    public const int MaxPayloadV4 = 65535 - 20 - Size;

    /// <summary>The longest payload over IPv6.</summary>
    public const int MaxPayloadV6 = 65535 - Size;

    /// <summary>Reads a header; false when it is cut, or when its length is not covered by the bytes.</summary>
    /// <param name="transport">Header and payload; may be longer than the length says.</param>
    /// <param name="header">The header.</param>
    public static bool TryParse(ReadOnlySpan<byte> transport, out UdpHeader header)
    {
        header = default;
        if (transport.Length < Size)
            return false;
        int length = BinaryPrimitives.ReadUInt16BigEndian(transport[4..]);
        if (length < Size || length > transport.Length)
            return false;
        header = new UdpHeader(
            BinaryPrimitives.ReadUInt16BigEndian(transport),
            BinaryPrimitives.ReadUInt16BigEndian(transport[2..]),
            length,
            BinaryPrimitives.ReadUInt16BigEndian(transport[6..]));
        return true;
    }

    /// <summary>Writes <see cref="Size"/> bytes.</summary>
    public void Write(Span<byte> bytes)
    {
        BinaryPrimitives.WriteUInt16BigEndian(bytes, SourcePort);
        BinaryPrimitives.WriteUInt16BigEndian(bytes[2..], DestinationPort);
        BinaryPrimitives.WriteUInt16BigEndian(bytes[4..], (ushort)Length);
        BinaryPrimitives.WriteUInt16BigEndian(bytes[6..], Checksum);
    }
}
