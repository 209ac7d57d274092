using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using Penstock.Tunnel.MappedDns;
using Penstock.Wire.Dns;
using Penstock.Wire.Ip;
using Xunit;

namespace Penstock.Tunnel.Tests.MappedDns;

/// <summary>Asks a resolver and reads its answers: a test states the question and what is to come back.</summary>
internal sealed class DnsClient(MappedDnsResolver resolver)
{
    public const ushort Id = 0x1234;

    public MappedDnsResolver Resolver { get; } = resolver;

    public static MappedDnsOptions Options { get; } = new()
    {
        Server = new(Address("198.18.0.2"), 53),
        Network = Address("100.64.0.0"),
        Netmask = Address("255.192.0.0"),
        CacheSize = 1000,
    };

    public static DnsClient New(Func<MappedDnsOptions, MappedDnsOptions>? change = null) =>
        new(new MappedDnsResolver(change is null ? Options : change(Options)));

    public static InetAddress Address(string text) =>
        InetAddress.TryParse(text, out InetAddress address) ? address : throw new FormatException(text);

    /// <summary>A query with one question, recursion desired.</summary>
    public static byte[] Query(string name, DnsType type, DnsClass @class = DnsClass.In, DnsEdns? edns = null) =>
        Query([(name, type, @class)], edns);

    public static byte[] Query((string Name, DnsType Type, DnsClass Class)[] questions, DnsEdns? edns = null)
    {
        byte[] bytes = new byte[16384];
        var writer = new DnsWriter(bytes);
        byte[] storage = new byte[DnsName.MaxLength];
        foreach (var (name, type, @class) in questions)
        {
            Assert.True(DnsName.TryParse(name, storage, out DnsName parsed), name);
            Assert.True(writer.TryWriteQuestion(parsed, type, @class));
        }
        if (edns is { } opt)
            Assert.True(writer.TryWriteEdns(opt, DnsResponseCode.NoError));
        writer.WriteHeader(new DnsHeader
        {
            Id = Id,
            Flags = DnsFlags.RecursionDesired,
            Questions = questions.Length,
            Additionals = edns is null ? 0 : 1,
        });
        return bytes[..writer.Length];
    }

    /// <summary>The verdict, and the answer's bytes.</summary>
    public (DnsVerdict Verdict, byte[] Response) Send(byte[] query, bool overTcp = false, int room = 4096)
    {
        byte[] response = new byte[room];
        DnsVerdict verdict = Resolver.Answer(query, response, overTcp, out int length);
        return (verdict, response[..length]);
    }

    /// <summary>The addresses (or names) that a question is answered with; the answer's form is checked on the way.</summary>
    public List<string> Ask(string name, DnsType type, DnsClass @class = DnsClass.In)
    {
        byte[] query = Query(name, type, @class);
        (DnsVerdict verdict, byte[] response) = Send(query);
        Assert.Equal(DnsVerdict.Answered, verdict);
        DnsHeader header = HeaderOf(response);
        Assert.Equal((Id, 0, 1), (header.Id, header.ResponseCode, header.Questions));
        Assert.True(header.IsResponse);
        Assert.Equal(query[12..], response[12..query.Length]);
        return [.. Answers(response)];
    }

    /// <summary>The only answer.</summary>
    public string AskOne(string name, DnsType type = DnsType.A) => Assert.Single(Ask(name, type));

    public static DnsHeader HeaderOf(byte[] message)
    {
        Assert.True(DnsHeader.TryRead(message, out DnsHeader header));
        return header;
    }

    public static List<string> Answers(byte[] message)
    {
        DnsHeader header = HeaderOf(message);
        var answers = new List<string>();
        var reader = new DnsReader(message, new byte[DnsName.MaxLength]);
        for (int i = 0; i < header.Questions; i++)
            Assert.True(reader.TryReadQuestion(out _));
        for (int i = 0; i < header.Answers; i++)
        {
            Assert.True(reader.TryReadRecord(out DnsRecord record));
            int at = record.DataOffset;
            answers.Add(record.Type != DnsType.Ptr
                ? InetAddress.Read(record.Data).ToString()
                : DnsName.TryRead(message, ref at, new byte[255], out DnsName name) ? name.ToString() : "malformed");
        }
        for (int i = 0; i < header.Additionals; i++)
            Assert.True(reader.TryReadRecord(out _));
        Assert.Equal(message.Length, reader.Offset);
        return answers;
    }

    /// <summary>The OPT record of an answer, with the extended response code.</summary>
    public static (DnsEdns Edns, int Code) EdnsOf(byte[] message)
    {
        DnsHeader header = HeaderOf(message);
        Assert.Equal(1, header.Additionals);
        ReadOnlySpan<byte> opt = message.AsSpan(^11..);
        Assert.Equal((0, (int)DnsType.Opt), (opt[0], BinaryPrimitives.ReadUInt16BigEndian(opt[1..])));
        uint ttl = BinaryPrimitives.ReadUInt32BigEndian(opt[5..]);
        var edns = new DnsEdns(BinaryPrimitives.ReadUInt16BigEndian(opt[3..]), (int)(ttl >> 16) & 0xff, (ttl & 0x8000) != 0);
        return (edns, (int)(ttl >> 24 << 4) | header.ResponseCode);
    }
}
