using System;
using System.Buffers.Binary;

namespace Penstock.Wire.Dns;

/// <summary>Writes a message from front to back; the header comes last, when the counts are known.</summary>
/// <remarks>Every method writes a whole entry or nothing, and says which: a message never ends within an entry.</remarks>
public ref struct DnsWriter
{
    /// <summary>The farthest offset that a compression pointer can express.</summary>
    public const int MaxPointer = 0x3fff;

    /// <summary>Bytes of an OPT record without options.</summary>
    public const int EdnsLength = 11;

    private readonly Span<byte> _message;
    private int _reserved;

    /// <summary>Starts behind the header.</summary>
    /// <param name="message">At least <see cref="DnsHeader.Length"/> bytes: the most that the answer may have.</param>
    /// <param name="withEdns">Keeps room for an OPT record, however much is written before it.</param>
    public DnsWriter(Span<byte> message, bool withEdns = false)
    {
        _message = message;
        _reserved = withEdns ? EdnsLength : 0;
        Length = DnsHeader.Length;
    }

    /// <summary>Bytes written, the header's included.</summary>
    public int Length { get; private set; }

    private readonly Span<byte> Rest => _message[Length..^_reserved];

    /// <summary>Copies bytes as they are: a question section keeps its case and its pointers.</summary>
    public bool TryCopy(scoped ReadOnlySpan<byte> section)
    {
        if (!section.TryCopyTo(Rest))
            return false;
        Length += section.Length;
        return true;
    }

    /// <summary>Writes a question.</summary>
    public bool TryWriteQuestion(DnsName name, DnsType type, DnsClass @class)
    {
        if (Rest.Length < name.Wire.Length + 4)
            return false;
        name.Wire.CopyTo(Rest);
        Length += name.Wire.Length;
        BinaryPrimitives.WriteUInt16BigEndian(Rest, (ushort)type);
        BinaryPrimitives.WriteUInt16BigEndian(Rest[2..], (ushort)@class);
        Length += 4;
        return true;
    }

    /// <summary>Writes a record of class IN whose name stands at an earlier offset.</summary>
    /// <param name="nameOffset">12 to <see cref="MaxPointer"/>.</param>
    /// <param name="type">TYPE.</param>
    /// <param name="ttl">Seconds.</param>
    /// <param name="data">RDATA.</param>
    public bool TryWriteRecord(int nameOffset, DnsType type, uint ttl, scoped ReadOnlySpan<byte> data)
    {
        if (nameOffset > MaxPointer || Rest.Length < 12 + data.Length)
            return false;
        BinaryPrimitives.WriteUInt16BigEndian(Rest, (ushort)(0xc000 | nameOffset));
        WriteFixed(Rest[2..], type, (ushort)DnsClass.In, ttl, data);
        Length += 12 + data.Length;
        return true;
    }

    /// <summary>Writes the OPT record of an answer.</summary>
    public bool TryWriteEdns(DnsEdns edns, DnsResponseCode code)
    {
        _reserved = 0;
        if (Rest.Length < EdnsLength)
            return false;
        Rest[0] = 0;
        WriteFixed(Rest[1..], DnsType.Opt, (ushort)edns.PayloadSize, edns.ToTtl(code), default);
        Length += EdnsLength;
        return true;
    }

    /// <summary>Writes the header in front of what has been written.</summary>
    public readonly void WriteHeader(DnsHeader header) => header.Write(_message);

    private static void WriteFixed(Span<byte> bytes, DnsType type, ushort @class, uint ttl, scoped ReadOnlySpan<byte> data)
    {
        BinaryPrimitives.WriteUInt16BigEndian(bytes, (ushort)type);
        BinaryPrimitives.WriteUInt16BigEndian(bytes[2..], @class);
        BinaryPrimitives.WriteUInt32BigEndian(bytes[4..], ttl);
        BinaryPrimitives.WriteUInt16BigEndian(bytes[8..], (ushort)data.Length);
        data.CopyTo(bytes[10..]);
    }
}
