using System;
using Penstock.Wire.Dns;
using Penstock.Wire.Ip;

namespace Penstock.Tunnel.MappedDns;

// A query's way to its answer:
//
//   1. QueryParts     questions, records, OPT     no query at all: silence
//   2. CodeOf         another opcode: NOTIMP; malformed: FORMERR; EDNS of another version: BADVERS
//   3. IsExcluded     a name that is not mapped:  somebody else resolves it
//   4. Write          the questions as they came, then answers to A, AAAA and PTR of class IN, then OPT
public sealed partial class MappedDnsResolver
{
    // What passes every path unfragmented; the usual advice since 2020.
    private const int OwnPayloadSize = 1232;

    private const DnsFlags Copied = DnsFlags.RecursionDesired | DnsFlags.CheckingDisabled;

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
        DnsResponseCode code = CodeOf(QueryParts.TryRead(query, out QueryParts parts), parts);
        if (code == DnsResponseCode.NoError && IsExcluded(query, parts.QuestionCount))
            return DnsVerdict.Excluded;
        if (!overTcp)
            response = response[..Math.Min(response.Length, parts.PayloadSize)];
        length = code == DnsResponseCode.NoError ? Write(query, parts, response) : WriteBare(parts, code, response);
        return DnsVerdict.Answered;
    }

    private static DnsResponseCode CodeOf(bool isSound, in QueryParts query)
    {
        if (query.Header.Opcode != 0)
            return DnsResponseCode.NotImplemented;
        if (!isSound)
            return DnsResponseCode.FormatError;
        return query.HasEdns && query.Edns.Version != 0 ? DnsResponseCode.BadVersion : DnsResponseCode.NoError;
    }

    private bool IsExcluded(ReadOnlySpan<byte> message, int questions)
    {
        if (_excluded.Count == 0)
            return false;
        Span<byte> names = stackalloc byte[DnsName.MaxLength];
        var reader = new DnsReader(message, names);
        for (int i = 0; i < questions && reader.TryReadQuestion(out DnsQuestion question); i++)
        {
            if (IsExcluded(question.Name))
                return true;
        }
        return false;
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

    private int Write(ReadOnlySpan<byte> message, in QueryParts query, Span<byte> response)
    {
        var writer = new DnsWriter(response, query.HasEdns);
        // Byte for byte, so that a client that mixes the case of its names finds them again.
        bool fits = writer.TryCopy(query.Questions);
        int questions = fits ? query.QuestionCount : 0;
        int answers = 0;
        if (fits)
            fits = TryWriteAnswers(message, questions, ref writer, out answers);
        return Finish(query, DnsResponseCode.NoError, ref writer, questions, answers, isTruncated: !fits);
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
        lock (_names.Lock)
            index = _names.Use(text);
        InetAddress address = network[index];
        address.Write(data);
        return address.Length;
    }

    private int Reverse(DnsName name, Span<byte> data)
    {
        if (!DnsReverseName.TryParse(name, out InetAddress address) || !_room.TryIndex(address, out int index))
            return 0;
        string? found;
        lock (_names.Lock)
            found = _names.Peek(index);
        return found is not null && DnsName.TryParse(found, data, out DnsName target) ? target.Wire.Length : 0;
    }
}
