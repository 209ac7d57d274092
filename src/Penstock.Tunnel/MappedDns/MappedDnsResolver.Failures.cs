using System;
using System.Buffers.Binary;
using Penstock.Wire.Dns;

namespace Penstock.Tunnel.MappedDns;

// Answers without answers. Forwarders know theirs by the question, and drop what has none; whoever sends OPT gets OPT.
public sealed partial class MappedDnsResolver
{
    /// <summary>Room that every answer to a query without an answer has place in, over TCP: its questions and an OPT.</summary>
    internal static int FailureRoom(int query) => Math.Max(DnsEdns.MinPayloadSize, query + DnsWriter.EdnsLength);

    /// <summary>Writes the answer to a query that nobody could answer.</summary>
    /// <param name="query">Its header was read before.</param>
    /// <param name="response">Room for the answer: 512 bytes or more; questions that do not fit are left out.</param>
    /// <returns>Bytes of answer.</returns>
    internal static int WriteFailure(ReadOnlySpan<byte> query, Span<byte> response)
    {
        QueryParts.TryRead(query, out QueryParts parts);
        return WriteBare(parts, DnsResponseCode.ServerFailure, response);
    }

    /// <summary>Bytes of a server's answer that go into a datagram; one that is too long becomes its questions and its OPT, with TC set.</summary>
    internal static int FitDatagram(ReadOnlySpan<byte> query, Span<byte> answer)
    {
        QueryParts.TryRead(query, out QueryParts parts);
        int limit = parts.PayloadSize;
        if (answer.Length <= limit)
            return answer.Length;
        DnsHeader.TryRead(answer, out DnsHeader header);
        Range opt = OptOf(answer, header);
        bool hasOpt = opt.End.Value > 0;
        int most = limit - (hasOpt ? DnsWriter.EdnsLength : 0);
        Span<byte> names = stackalloc byte[DnsName.MaxLength];
        var reader = new DnsReader(answer, names);
        int questions = 0;
        int length = DnsHeader.Length;
        while (questions < header.Questions && reader.TryReadQuestion(out _) && reader.Offset <= most)
        {
            questions++;
            length = reader.Offset;
        }
        if (hasOpt)
            length += MoveOpt(answer[opt], answer[length..limit]);
        (header with
        {
            Flags = header.Flags | DnsFlags.Truncated,
            Questions = questions,
            Answers = 0,
            Authorities = 0,
            Additionals = hasOpt ? 1 : 0,
        }).Write(answer);
        return length;
    }

    /// <summary>Where a message's OPT record is; an empty range at 0 when it has none that can be read.</summary>
    private static Range OptOf(ReadOnlySpan<byte> message, in DnsHeader header)
    {
        Span<byte> names = stackalloc byte[DnsName.MaxLength];
        var reader = new DnsReader(message, names);
        for (int i = 0; i < header.Questions; i++)
        {
            if (!reader.TryReadQuestion(out _))
                return default;
        }
        for (int start = reader.Offset; reader.TryReadRecord(out DnsRecord record); start = reader.Offset)
        {
            if (record.Type == DnsType.Opt && record.Name.IsRoot && message[start] == 0)
                return start..reader.Offset;
        }
        return default;
    }

    /// <summary>Options that do not fit are left out, as DNS leaves out records.</summary>
    private static int MoveOpt(ReadOnlySpan<byte> opt, Span<byte> rest)
    {
        if (opt.TryCopyTo(rest))
            return opt.Length;
        opt[..DnsWriter.EdnsLength].CopyTo(rest);
        BinaryPrimitives.WriteUInt16BigEndian(rest[(DnsWriter.EdnsLength - 2)..], 0);
        return DnsWriter.EdnsLength;
    }

    private static int WriteBare(in QueryParts query, DnsResponseCode code, Span<byte> response)
    {
        var writer = new DnsWriter(response, query.HasEdns);
        bool fits = writer.TryCopy(query.Questions);
        return Finish(query, code, ref writer, fits ? query.QuestionCount : 0, answers: 0, isTruncated: !fits);
    }

    private static int Finish(
        in QueryParts query, DnsResponseCode code, ref DnsWriter writer, int questions, int answers, bool isTruncated)
    {
        if (query.HasEdns)
            writer.TryWriteEdns(new DnsEdns(OwnPayloadSize, 0, query.Edns.DnssecOk), code);
        writer.WriteHeader(HeaderOf(query.Header, code, isTruncated) with
        {
            Questions = questions,
            Answers = answers,
            Additionals = query.HasEdns ? 1 : 0,
        });
        return writer.Length;
    }

    // AD is not copied: it would say that the data was validated, RFC 6840 (5.8).
    private static DnsHeader HeaderOf(in DnsHeader query, DnsResponseCode code, bool isTruncated)
    {
        DnsFlags flags = DnsFlags.Response | (query.Flags & Copied);
        if ((flags & DnsFlags.RecursionDesired) != 0)
            flags |= DnsFlags.RecursionAvailable;
        if (isTruncated)
            flags |= DnsFlags.Truncated;
        return new DnsHeader { Id = query.Id, Opcode = query.Opcode, Flags = flags, ResponseCode = (int)code & 15 };
    }
}
