using System;
using System.Buffers.Binary;

namespace Penstock.Wire.Icmp;

/// <summary>The first eight bytes of an ICMP or ICMPv6 message (RFC 792, RFC 4443) as a value.</summary>
/// <remarks>
/// <code>
///   +------+------+----------+
///   | type | code | checksum |
///   +------+------+----------+
///   | rest: id and sequence, |   echo: id (2), sequence (2)
///   |       MTU, or unused   |   too big: MTU in the low 16 bits (IPv4, RFC 1191) or in all 32 (IPv6)
///   +------------------------+
/// </code>
/// </remarks>
/// <param name="Type">An <see cref="IcmpType"/> or <see cref="IcmpV6Type"/>.</param>
/// <param name="Code">The type's variety.</param>
/// <param name="Checksum">Over the message; in IPv6 over the pseudo-header as well.</param>
/// <param name="Rest">What the type puts there.</param>
public readonly record struct IcmpHeader(byte Type, byte Code, ushort Checksum, uint Rest)
{
    /// <summary>Bytes of the header.</summary>
    public const int Size = 8;

    /// <summary>Where the checksum lies within the header.</summary>
    public const int ChecksumOffset = 2;

    /// <summary>Reads a header; false when it is cut.</summary>
    public static bool TryParse(ReadOnlySpan<byte> message, out IcmpHeader header)
    {
        header = default;
        if (message.Length < Size)
            return false;
        header = new IcmpHeader(
            message[0], message[1],
            BinaryPrimitives.ReadUInt16BigEndian(message[2..]),
            BinaryPrimitives.ReadUInt32BigEndian(message[4..]));
        return true;
    }

    /// <summary>Writes <see cref="Size"/> bytes.</summary>
    public void Write(Span<byte> bytes)
    {
        bytes[0] = Type;
        bytes[1] = Code;
        BinaryPrimitives.WriteUInt16BigEndian(bytes[2..], Checksum);
        BinaryPrimitives.WriteUInt32BigEndian(bytes[4..], Rest);
    }

    /// <summary>True when a message of this type reports an error: no error is ever sent in answer to it.</summary>
    /// <param name="type">The type byte.</param>
    /// <param name="isV6">Which of the two ICMPs.</param>
    public static bool IsError(byte type, bool isV6) => isV6
        ? type < 128
        : (IcmpType)type is IcmpType.DestinationUnreachable or IcmpType.SourceQuench or IcmpType.Redirect
            or IcmpType.TimeExceeded or IcmpType.ParameterProblem;
}
