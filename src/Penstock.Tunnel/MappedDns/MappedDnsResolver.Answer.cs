using System;
using Penstock.Wire.Dns;
using Penstock.Wire.Ip;

namespace Penstock.Tunnel.MappedDns;

// A query's way to its answer:
//
//   1. Answer         no query at all: silence; another opcode: NOTIMP
//   2. TryRead        questions, records, OPT     malformed: FORMERR; EDNS of another version: BADVERS
//   3. Excluded?      a name that is not mapped:  somebody else resolves it
//   4. Write          the questions as they came, then answers to A, AAAA and PTR of class IN, then OPT
public sealed partial class MappedDnsResolver
{
    private const int MostQuestions = 32;

    // What passes every path unfragmented; the usual advice since 2020.
    private const int OwnPayloadSize = 1232;

    private const DnsFlags Copied = DnsFlags.RecursionDesired | DnsFlags.CheckingDisabled;

    /// <summary>What the parts behind the header say.</summary>
    private ref struct Query
    {
        public DnsHeader Header;
        public ReadOnlySpan<byte> Questions;
        public bool HasEdns;
        public DnsEdns Edns;
        public bool IsExcluded;
    }

    /// <summary>Answers a query.</summary>
    /// <param name="query">A DNS message from an app, without the length that stands in front of it over TCP.</param>
    /// <param name="response">Room for the answer: 512 bytes or more; over TCP what the message may have.</param>
    /// <param name="overTcp">False keeps to the size that the client can take in a datagram.</param>
    /// <param name="length">Bytes of answer; 0 unless <see cref="DnsVerdict.Answered"/>.</param>
    public DnsVerdict Answer(ReadOnlySpan<byte> query, Span<byte> response, bool overTcp, out int length)
    {
        length = 0;
        if (!DnsHeader.TryRead(query, out DnsHeader header) || header.IsResponse || response.Length < DnsEdns.MinPayloadSize)
            return DnsVerdict.Ignored;
        if (header.Opcode != 0)
        {
            length = WriteBare(header, DnsResponseCode.NotImplemented, response);
            return DnsVerdict.Answered;
        }
        Query parsed = new() { Header = header };
        if (!TryRead(query, ref parsed))
        {
            length = WriteBare(header, DnsResponseCode.FormatError, response);
            return DnsVerdict.Answered;
        }
        bool isKnownEdns = !parsed.HasEdns || parsed.Edns.Version == 0;
        if (parsed.IsExcluded && isKnownEdns)
            return DnsVerdict.Excluded;
        if (!overTcp)
        {
            int limit = parsed.HasEdns ? parsed.Edns.PayloadSize : DnsEdns.MinPayloadSize;
            response = response[..Math.Min(response.Length, limit)];
        }
        length = Write(query, parsed, isKnownEdns ? DnsResponseCode.NoError : DnsResponseCode.BadVersion, response);
        return DnsVerdict.Answered;
    }

    /// <summary>Bytes of an answer without questions.</summary>
    internal const int BareLength = DnsHeader.Length;

    /// <summary>Writes the answer to a query that nobody could answer.</summary>
    /// <param name="query">Its header was read before.</param>
    /// <param name="response"><see cref="BareLength"/> bytes.</param>
    internal static void WriteFailure(ReadOnlySpan<byte> query, Span<byte> response)
    {
        DnsHeader.TryRead(query, out DnsHeader header);
        WriteBare(header, DnsResponseCode.ServerFailure, response);
    }

    /// <summary>Bytes of a server's answer that go into a datagram; one that is too long becomes its questions, with TC set.</summary>
    internal static int FitDatagram(ReadOnlySpan<byte> query, Span<byte> answer)
    {
        int limit = LimitOf(query);
        if (answer.Length <= limit)
            return answer.Length;
        Span<byte> names = stackalloc byte[DnsName.MaxLength];
        DnsHeader.TryRead(answer, out DnsHeader header);
        var reader = new DnsReader(answer, names);
        int questions = 0;
        int length = DnsHeader.Length;
        while (questions < header.Questions && reader.TryReadQuestion(out _) && reader.Offset <= limit)
        {
            questions++;
            length = reader.Offset;
        }
        (header with
        {
            Flags = header.Flags | DnsFlags.Truncated,
            Questions = questions,
            Answers = 0,
            Authorities = 0,
            Additionals = 0,
        }).Write(answer);
        return length;
    }

    private static int LimitOf(ReadOnlySpan<byte> query)
    {
        Span<byte> names = stackalloc byte[DnsName.MaxLength];
        DnsHeader.TryRead(query, out DnsHeader header);
        var reader = new DnsReader(query, names);
        for (int i = 0; i < header.Questions; i++)
        {
            if (!reader.TryReadQuestion(out _))
                return DnsEdns.MinPayloadSize;
        }
        while (reader.TryReadRecord(out DnsRecord record))
        {
            if (record.Type == DnsType.Opt)
                return DnsEdns.From(record).PayloadSize;
        }
        return DnsEdns.MinPayloadSize;
    }

    private bool TryRead(ReadOnlySpan<byte> message, ref Query query)
    {
        if (query.Header.Questions > MostQuestions)
            return false;
        Span<byte> names = stackalloc byte[DnsName.MaxLength];
        var reader = new DnsReader(message, names);
        for (int i = 0; i < query.Header.Questions; i++)
        {
            if (!reader.TryReadQuestion(out DnsQuestion question))
                return false;
            query.IsExcluded |= IsExcluded(question.Name);
        }
        query.Questions = message[DnsHeader.Length..reader.Offset];
        int before = query.Header.Answers + query.Header.Authorities;
        for (int i = 0; i < before + query.Header.Additionals; i++)
        {
            if (!reader.TryReadRecord(out DnsRecord record))
                return false;
            if (record.Type != DnsType.Opt)
                continue;
            // At most one, in the additional section, about the root: RFC 6891 (6.1.1).
            if (i < before || query.HasEdns || !record.Name.IsRoot)
                return false;
            query.HasEdns = true;
            query.Edns = DnsEdns.From(record);
        }
        return true;
    }

    private bool IsExcluded(DnsName name)
    {
        foreach (byte[] wire in _excluded)
        {
            if (name.IsWithin(DnsName.FromWire(wire)))
                return true;
        }
        return false;
    }

    private int Write(ReadOnlySpan<byte> message, in Query query, DnsResponseCode code, Span<byte> response)
    {
        var writer = new DnsWriter(response, query.HasEdns);
        // Byte for byte, so that a client that mixes the case of its names finds them again.
        bool fits = writer.TryCopy(query.Questions);
        int questions = fits ? query.Header.Questions : 0;
        int answers = 0;
        if (fits && code == DnsResponseCode.NoError)
            fits = TryWriteAnswers(message, questions, ref writer, out answers);
        if (query.HasEdns)
            writer.TryWriteEdns(new DnsEdns(OwnPayloadSize, 0, query.Edns.DnssecOk), code);
        writer.WriteHeader(HeaderOf(query.Header, code, isTruncated: !fits) with
        {
            Questions = questions,
            Answers = answers,
            Additionals = query.HasEdns ? 1 : 0,
        });
        return writer.Length;
    }

    private bool TryWriteAnswers(ReadOnlySpan<byte> message, int questions, ref DnsWriter writer, out int answers)
    {
        answers = 0;
        Span<byte> names = stackalloc byte[DnsName.MaxLength];
        Span<byte> data = stackalloc byte[DnsName.MaxLength];
        var reader = new DnsReader(message, names);
        for (int i = 0; i < questions && reader.TryReadQuestion(out DnsQuestion question); i++)
        {
            int length = DataOf(question, data);
            if (length == 0)
                continue;
            if (!writer.TryWriteRecord(question.Offset, question.Type, _options.Ttl, data[..length]))
                return false;
            answers++;
        }
        return true;
    }

    // 0 when the answer is that there is none: NOERROR without a record, and without a SOA that would let it be kept.
    private int DataOf(in DnsQuestion question, Span<byte> data)
    {
        if (question.Class != DnsClass.In)
            return 0;
        return question.Type switch
        {
            DnsType.A => Map(question.Name, _network, data),
            DnsType.Aaaa when _networkV6 is { } network => Map(question.Name, network, data),
            DnsType.Ptr => Reverse(question.Name, data),
            _ => 0,
        };
    }

    // A label with a dot in it, or the root, cannot be told to a proxy as a name.
    private int Map(DnsName name, in MappedNetwork network, Span<byte> data)
    {
        if (!name.IsHostName)
            return 0;
        Span<char> text = stackalloc char[DnsName.MaxText];
        text = text[..name.CopyText(text)];
        int index;
        lock (_lock)
            index = _names.Use(text);
        InetAddress address = network[index];
        address.Write(data);
        return address.Length;
    }

    private int Reverse(DnsName name, Span<byte> data)
    {
        if (!DnsReverseName.TryParse(name, out InetAddress address) || !TryIndex(address, out int index))
            return 0;
        string? found;
        lock (_lock)
            found = _names.Peek(index);
        return found is not null && DnsName.TryParse(found, data, out DnsName target) ? target.Wire.Length : 0;
    }

    private static int WriteBare(in DnsHeader query, DnsResponseCode code, Span<byte> response)
    {
        HeaderOf(query, code, isTruncated: false).Write(response);
        return DnsHeader.Length;
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
