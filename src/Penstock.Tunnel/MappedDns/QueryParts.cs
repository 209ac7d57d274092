using System;
using Penstock.Wire.Dns;

namespace Penstock.Tunnel.MappedDns;

/// <summary>What a query says: its header, its questions, and its OPT record.</summary>
internal ref struct QueryParts
{
    private const int MostQuestions = 32;

    public DnsHeader Header;

    /// <summary>The question section as it came; empty when it cannot be read.</summary>
    public ReadOnlySpan<byte> Questions;

    public int QuestionCount;

    public bool HasEdns;

    public DnsEdns Edns;

    /// <summary>Bytes of the longest answer that the client takes in a datagram.</summary>
    public readonly int PayloadSize => HasEdns ? Edns.PayloadSize : DnsEdns.MinPayloadSize;

    /// <summary>Reads a message; false when it makes no sense: what could be read before that is there all the same.</summary>
    public static bool TryRead(ReadOnlySpan<byte> message, out QueryParts parts)
    {
        parts = default;
        if (!DnsHeader.TryRead(message, out parts.Header) || parts.Header.Questions > MostQuestions)
            return false;
        Span<byte> names = stackalloc byte[DnsName.MaxLength];
        var reader = new DnsReader(message, names);
        for (int i = 0; i < parts.Header.Questions; i++)
        {
            if (!reader.TryReadQuestion(out _))
                return false;
        }
        parts.Questions = message[DnsHeader.Length..reader.Offset];
        parts.QuestionCount = parts.Header.Questions;
        int before = parts.Header.Answers + parts.Header.Authorities;
        for (int i = 0; i < before + parts.Header.Additionals; i++)
        {
            if (!reader.TryReadRecord(out DnsRecord record))
                return false;
            if (record.Type != DnsType.Opt)
                continue;
            // At most one, in the additional section, about the root: RFC 6891 (6.1.1).
            if (i < before || parts.HasEdns || !record.Name.IsRoot)
                return false;
            parts.HasEdns = true;
            parts.Edns = DnsEdns.From(record);
        }
        return true;
    }
}
