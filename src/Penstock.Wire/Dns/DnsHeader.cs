using System;
using System.Buffers.Binary;

namespace Penstock.Wire.Dns;

/// <summary>The fixed part of every message (RFC 1035 section 4.1.1).</summary>
/// <remarks>
/// <code>
///    0                             15
///   |              ID               |
///   |QR| Opcode |AA|TC|RD|RA|Z|AD|CD| RCODE |
///   |            QDCOUNT            |  questions
///   |            ANCOUNT            |  answers
///   |            NSCOUNT            |  authority
///   |            ARCOUNT            |  additional
/// </code>
/// </remarks>
public readonly record struct DnsHeader
{
    /// <summary>Bytes on the wire.</summary>
    public const int Length = 12;

    private const ushort FlagBits = 0x87b0;

    /// <summary>Ties an answer to its query.</summary>
    public ushort Id { get; init; }

    /// <summary>0 for a standard query.</summary>
    public int Opcode { get; init; }

    /// <summary>The flags; the reserved bit Z is dropped.</summary>
    public DnsFlags Flags { get; init; }

    /// <summary>The low four bits of the outcome.</summary>
    public int ResponseCode { get; init; }

    /// <summary>QDCOUNT.</summary>
    public int Questions { get; init; }

    /// <summary>ANCOUNT.</summary>
    public int Answers { get; init; }

    /// <summary>NSCOUNT.</summary>
    public int Authorities { get; init; }

    /// <summary>ARCOUNT.</summary>
    public int Additionals { get; init; }

    /// <summary>QR is set.</summary>
    public bool IsResponse => (Flags & DnsFlags.Response) != 0;

    /// <summary>Reads the header; false when there are fewer than <see cref="Length"/> bytes.</summary>
    public static bool TryRead(ReadOnlySpan<byte> message, out DnsHeader header)
    {
        if (message.Length < Length)
        {
            header = default;
            return false;
        }
        ushort word = BinaryPrimitives.ReadUInt16BigEndian(message[2..]);
        header = new DnsHeader
        {
            Id = BinaryPrimitives.ReadUInt16BigEndian(message),
            Opcode = (word >> 11) & 15,
            Flags = (DnsFlags)(word & FlagBits),
            ResponseCode = word & 15,
            Questions = BinaryPrimitives.ReadUInt16BigEndian(message[4..]),
            Answers = BinaryPrimitives.ReadUInt16BigEndian(message[6..]),
            Authorities = BinaryPrimitives.ReadUInt16BigEndian(message[8..]),
            Additionals = BinaryPrimitives.ReadUInt16BigEndian(message[10..]),
        };
        return true;
    }

    /// <summary>Writes <see cref="Length"/> bytes.</summary>
    public void Write(Span<byte> message)
    {
        int word = ((int)Flags & FlagBits) | ((Opcode & 15) << 11) | (ResponseCode & 15);
        BinaryPrimitives.WriteUInt16BigEndian(message, Id);
        BinaryPrimitives.WriteUInt16BigEndian(message[2..], (ushort)word);
        BinaryPrimitives.WriteUInt16BigEndian(message[4..], (ushort)Questions);
        BinaryPrimitives.WriteUInt16BigEndian(message[6..], (ushort)Answers);
        BinaryPrimitives.WriteUInt16BigEndian(message[8..], (ushort)Authorities);
        BinaryPrimitives.WriteUInt16BigEndian(message[10..], (ushort)Additionals);
    }
}
