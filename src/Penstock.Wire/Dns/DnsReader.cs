using System;
using System.Buffers.Binary;

namespace Penstock.Wire.Dns;

/// <summary>Reads a message from front to back: header, questions, records.</summary>
/// <remarks>
/// The counts of the header are claims: each question takes 5 bytes and each record 11, so a caller that stops at the
/// first refusal reads no more than the message holds. Names are views of the storage given at construction and last
/// until the next one is read.
/// </remarks>
public ref struct DnsReader
{
    private readonly ReadOnlySpan<byte> _message;
    private readonly Span<byte> _names;

    /// <summary>Starts behind the header.</summary>
    /// <param name="message">A message whose header was read.</param>
    /// <param name="names">At least <see cref="DnsName.MaxLength"/> bytes.</param>
    public DnsReader(ReadOnlySpan<byte> message, Span<byte> names)
    {
        _message = message;
        _names = names;
        Offset = DnsHeader.Length;
    }

    /// <summary>Where the next entry begins.</summary>
    public int Offset { get; private set; }

    /// <summary>Reads an entry of the question section; false when it is cut or its name is malformed.</summary>
    public bool TryReadQuestion(out DnsQuestion question)
    {
        question = default;
        int at = Offset;
        if (!DnsName.TryRead(_message, ref at, _names, out DnsName name) || _message.Length - at < 4)
            return false;
        question = new DnsQuestion
        {
            Name = name,
            Type = (DnsType)BinaryPrimitives.ReadUInt16BigEndian(_message[at..]),
            Class = (DnsClass)BinaryPrimitives.ReadUInt16BigEndian(_message[(at + 2)..]),
            Offset = Offset,
        };
        Offset = at + 4;
        return true;
    }

    /// <summary>Reads a record; false when it is cut or its name is malformed.</summary>
    public bool TryReadRecord(out DnsRecord record)
    {
        record = default;
        int at = Offset;
        if (!DnsName.TryRead(_message, ref at, _names, out DnsName name) || _message.Length - at < 10)
            return false;
        int dataLength = BinaryPrimitives.ReadUInt16BigEndian(_message[(at + 8)..]);
        if (_message.Length - at - 10 < dataLength)
            return false;
        record = new DnsRecord
        {
            Name = name,
            Type = (DnsType)BinaryPrimitives.ReadUInt16BigEndian(_message[at..]),
            Class = BinaryPrimitives.ReadUInt16BigEndian(_message[(at + 2)..]),
            Ttl = BinaryPrimitives.ReadUInt32BigEndian(_message[(at + 4)..]),
            Data = _message.Slice(at + 10, dataLength),
            DataOffset = at + 10,
        };
        Offset = at + 10 + dataLength;
        return true;
    }
}
