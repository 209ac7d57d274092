using System;
using Penstock.Wire.Dns;
using Xunit;

namespace Penstock.Wire.Tests.Dns;

public class DnsMessageTests
{
    private readonly byte[] _names = new byte[DnsName.MaxLength];

    [Fact]
    public void A_header_is_read_and_written_alike()
    {
        byte[] bytes = Bytes.Of("1234 8593 0001 0002 0003 0004");
        Assert.True(DnsHeader.TryRead(bytes, out DnsHeader header));
        Assert.Equal(0x1234, header.Id);
        Assert.Equal(
            DnsFlags.Response | DnsFlags.Authoritative | DnsFlags.RecursionDesired | DnsFlags.RecursionAvailable
                | DnsFlags.CheckingDisabled,
            header.Flags);
        Assert.Equal((0, 3), (header.Opcode, header.ResponseCode));
        Assert.Equal((1, 2, 3, 4), (header.Questions, header.Answers, header.Authorities, header.Additionals));
        byte[] written = new byte[DnsHeader.Length];
        header.Write(written);
        Assert.Equal(bytes, written);
        Assert.False(DnsHeader.TryRead(bytes.AsSpan(0, 11), out _));
    }

    [Fact]
    public void A_message_that_was_written_is_read_back()
    {
        byte[] bytes = new byte[512];
        var writer = new DnsWriter(bytes);
        Assert.True(DnsName.TryParse("www.example.com", _names, out DnsName name));
        Assert.True(writer.TryWriteQuestion(name, DnsType.A, DnsClass.In));
        Assert.True(writer.TryWriteRecord(12, DnsType.A, 300, [192, 0, 2, 1]));
        Assert.True(writer.TryWriteEdns(new DnsEdns(1232, 0, true), DnsResponseCode.BadVersion));
        writer.WriteHeader(new DnsHeader { Id = 7, Questions = 1, Answers = 1, Additionals = 1 });

        var reader = new DnsReader(bytes.AsSpan(0, writer.Length), new byte[255]);
        Assert.True(reader.TryReadQuestion(out DnsQuestion question));
        Assert.Equal(("www.example.com", DnsType.A, DnsClass.In), (question.Name.ToString(), question.Type, question.Class));
        Assert.True(reader.TryReadRecord(out DnsRecord answer));
        Assert.Equal(("www.example.com", DnsType.A, 300u), (answer.Name.ToString(), answer.Type, answer.Ttl));
        Assert.Equal("c0000201", Bytes.Hex(answer.Data));
        Assert.True(reader.TryReadRecord(out DnsRecord opt));
        Assert.Equal(DnsType.Opt, opt.Type);
        Assert.Equal(new DnsEdns(1232, 0, true), DnsEdns.From(opt));
        Assert.Equal(1u, opt.Ttl >> 24);
        Assert.False(reader.TryReadRecord(out _));
    }

    [Fact]
    public void A_question_or_record_that_is_cut_is_refused()
    {
        byte[] question = Bytes.Of("0001 0100 0001 0000 0000 0000  03 \"www\" 00 0001 0001");
        for (int length = DnsHeader.Length; length < question.Length; length++)
            Assert.False(new DnsReader(question.AsSpan(0, length).ToArray(), _names).TryReadQuestion(out _));
        byte[] record = Bytes.Of("0001 0100 0000 0001 0000 0000  00 0001 0001 00000000 0004 c0000201");
        for (int length = DnsHeader.Length; length < record.Length; length++)
            Assert.False(new DnsReader(record.AsSpan(0, length).ToArray(), _names).TryReadRecord(out _));
        Assert.True(new DnsReader(question, _names).TryReadQuestion(out _));
        Assert.True(new DnsReader(record, _names).TryReadRecord(out _));
    }

    [Fact]
    public void A_writer_without_room_writes_nothing()
    {
        var writer = new DnsWriter(new byte[DnsHeader.Length + 10]);
        Assert.False(writer.TryWriteRecord(12, DnsType.A, 1, [1, 2, 3, 4]));
        Assert.False(writer.TryWriteEdns(new DnsEdns(512, 0, false), DnsResponseCode.NoError));
        Assert.False(writer.TryCopy(new byte[11]));
        Assert.Equal(DnsHeader.Length, writer.Length);
        Assert.False(new DnsWriter(new byte[100]).TryWriteRecord(DnsWriter.MaxPointer + 1, DnsType.A, 1, []));
    }
}
