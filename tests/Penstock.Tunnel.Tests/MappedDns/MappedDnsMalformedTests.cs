using System;
using Penstock.Tunnel.MappedDns;
using Penstock.Wire.Dns;
using Xunit;

namespace Penstock.Tunnel.Tests.MappedDns;

/// <summary>Queries that are none: an answer that the RFCs ask for, or silence.</summary>
public class MappedDnsMalformedTests
{
    private const string Question = "03777777 00 0001 0001";
    private const string Opt = "00 0029 04d0 00000000 0000";
    private readonly DnsClient _client = DnsClient.New();

    [Theory]
    [InlineData("")]
    [InlineData("1234")]
    [InlineData("1234 0100 0001 0000 0000 00")] // eleven bytes
    [InlineData("1234 8180 0001 0000 0000 0000" + Question)] // a response
    public void What_is_no_query_meets_silence(string message)
    {
        (DnsVerdict verdict, byte[] response) = _client.Send(Bytes(message));
        Assert.Equal((DnsVerdict.Ignored, 0), (verdict, response.Length));
    }

    [Theory]
    [InlineData("1234 0100 0001 0000 0000 0000", "")] // no question where one is promised
    [InlineData("1234 0100 0002 0000 0000 0000" + Question, "")] // one too few
    [InlineData("1234 0100 ffff 0000 0000 0000" + Question, "")]
    [InlineData("1234 0100 0021 0000 0000 0000" + Question, "")] // more than anybody asks
    [InlineData("1234 0100 0001 0000 0000 0000 05777777 00 0001 0001", "")] // a label beyond the end
    [InlineData("1234 0100 0001 0000 0000 0000 c00c 0001 0001", "")] // a pointer to itself
    [InlineData("1234 0100 0001 0000 0000 0000 c0ff 0001 0001", "")] // forward
    [InlineData("1234 0100 0001 0000 0000 0000 c000 0001 0001", "")] // into the header
    [InlineData("1234 0100 0001 0000 0000 0000 4100 0001 0001", "")] // a reserved label
    [InlineData("1234 0100 0001 0000 0000 0000 03777777 00 0001 00", "")] // cut
    [InlineData("1234 0100 0001 0000 0000 0001" + Question, Question)] // no record where one is promised
    [InlineData("1234 0100 0001 0000 0000 ffff" + Question + Opt, Question + Opt)]
    [InlineData("1234 0100 0001 0000 0000 0001" + Question + "00 0029 04d0 00000000 0001", Question)] // data beyond the end
    [InlineData("1234 0100 0001 0000 0000 0002" + Question + Opt + Opt, Question + Opt)] // RFC 6891 (6.1.1)
    [InlineData("1234 0100 0001 0001 0000 0000" + Question + Opt, Question)] // in the wrong section
    [InlineData("1234 0100 0001 0000 0000 0001" + Question + "0161" + Opt, Question)] // not about the root
    public void A_query_that_cannot_be_read_is_a_format_error_with_what_could_be_read(string message, string echo)
    {
        (DnsVerdict verdict, byte[] response) = _client.Send(Bytes(message));
        DnsHeader header = DnsClient.HeaderOf(response);
        Assert.Equal((DnsVerdict.Answered, 1, DnsClient.Id), (verdict, header.ResponseCode, header.Id));
        Assert.Equal(Convert.ToHexString(Bytes(echo)), Convert.ToHexString(response[12..]));
        Assert.Equal((echo.Length > 0 ? 1 : 0, echo.Contains(Opt, StringComparison.Ordinal) ? 1 : 0), (header.Questions, header.Additionals));
        Assert.Equal(0, _client.Resolver.Count);
    }

    [Fact]
    public void A_query_without_a_question_gets_its_header_back()
    {
        byte[] response = _client.Send(Bytes("1234 0100 0000 0000 0000 0000")).Response;
        Assert.Equal("123481800000000000000000", Convert.ToHexString(response));
    }

    [Theory]
    [InlineData("0800", Question, "0000")] // inverse query
    [InlineData("1000", Question + Opt, "0001")] // status
    [InlineData("2800", Question, "0000")] // update
    public void Another_opcode_is_not_implemented(string flags, string sections, string additionals)
    {
        byte[] response = _client.Send(Bytes("1234" + flags + "0001 0000 0000" + additionals + sections)).Response;
        DnsHeader header = DnsClient.HeaderOf(response);
        Assert.Equal(4, header.ResponseCode);
        Assert.Equal(Convert.FromHexString(flags)[0] >> 3, header.Opcode);
        Assert.Equal(Convert.ToHexString(Bytes("0001 0000 0000" + additionals + sections)), Convert.ToHexString(response[4..]));
    }

    [Fact]
    public void Questions_that_do_not_fit_a_failure_leave_its_opt()
    {
        var questions = new (string, DnsType, DnsClass)[10];
        for (int i = 0; i < questions.Length; i++)
            questions[i] = ($"{i}.{new string('x', 60)}.{new string('y', 60)}", DnsType.A, DnsClass.In);
        byte[] query = DnsClient.Query(questions, new DnsEdns(512, 0, false));
        query[2] |= 0x10; // status
        byte[] response = _client.Send(query).Response;
        DnsHeader header = DnsClient.HeaderOf(response);
        Assert.Equal((23, 4, 0), (response.Length, header.ResponseCode, header.Questions));
        Assert.Equal((new DnsEdns(1232, 0, false), 4), DnsClient.EdnsOf(response));
    }

    [Fact]
    public void Edns_is_answered_with_edns()
    {
        byte[] response = _client.Send(DnsClient.Query("a.example", DnsType.A, edns: new DnsEdns(4096, 0, true))).Response;
        Assert.Equal((new DnsEdns(1232, 0, true), 0), DnsClient.EdnsOf(response));
        Assert.Equal(["100.64.0.0"], DnsClient.Answers(response));
        response = _client.Send(DnsClient.Query("a.example", DnsType.A)).Response;
        Assert.Equal(0, DnsClient.HeaderOf(response).Additionals);
    }

    [Fact]
    public void Edns_of_another_version_is_told_ours() // RFC 6891 (6.1.3)
    {
        byte[] response = _client.Send(DnsClient.Query("a.example", DnsType.A, edns: new DnsEdns(1232, 1, false))).Response;
        Assert.Equal((new DnsEdns(1232, 0, false), 16), DnsClient.EdnsOf(response));
        Assert.Empty(DnsClient.Answers(response));
        Assert.Equal(0, _client.Resolver.Count);
    }

    [Fact]
    public void Records_and_options_that_nobody_asked_for_do_no_harm()
    {
        string extra = "c00c 0001 0001 00000001 0004 01020304";
        string cookie = "00 0029 1000 00000000 000c 000a 0008 0102030405060708";
        byte[] response = _client.Send(Bytes("1234 0100 0001 0001 0001 0001" + Question + extra + extra + cookie + "ffff")).Response;
        Assert.Equal(["100.64.0.0"], DnsClient.Answers(response));
    }

    [Fact]
    public void A_second_question_may_point_to_the_first()
    {
        byte[] response = _client.Send(Bytes("1234 0100 0002 0000 0000 0000" + Question + "0161 c00c 0001 0001")).Response;
        Assert.Equal(["100.64.0.0", "100.64.0.1"], DnsClient.Answers(response));
        Assert.Equal("a.www", _client.Resolver.TryName(DnsClient.Address("100.64.0.1")));
    }

    [Fact]
    public void Mutated_queries_are_answered_soundly_or_not_at_all()
    {
        var random = new Random(20240817);
        byte[][] valid =
        [
            DnsClient.Query("www.example.com", DnsType.A, edns: new DnsEdns(1232, 0, true)),
            DnsClient.Query([("a.b", DnsType.A, DnsClass.In), ("c.b", DnsType.Aaaa, DnsClass.In), ("1.0.64.100.in-addr.arpa", DnsType.Ptr, DnsClass.In)]),
            Bytes("1234 0100 0002 0000 0000 0000" + Question + "0161 c00c 0001 0001"),
        ];
        var client = DnsClient.New(o => o with
        {
            CacheSize = 16,
            NetworkV6 = DnsClient.Address("fd00::"),
            Exclude = ["excluded.example"],
        });
        int answered = 0;
        for (int i = 0; i < 20_000; i++)
        {
            byte[] query = [.. valid[random.Next(valid.Length)]];
            for (int changes = random.Next(6); changes > 0; changes--)
                query[random.Next(query.Length)] = (byte)random.Next(256);
            query = query[..random.Next(query.Length + 1)];
            (DnsVerdict verdict, byte[] response) = client.Send(query, overTcp: i % 2 == 0);
            if (verdict != DnsVerdict.Answered)
            {
                Assert.Empty(response);
                continue;
            }
            answered++;
            DnsHeader header = DnsClient.HeaderOf(response);
            Assert.True(header.IsResponse);
            Assert.Equal(header.Answers, DnsClient.Answers(response).Count);
        }
        Assert.True(answered > 5_000, $"only {answered} of the queries reached an answer");
        Assert.True(client.Resolver.Count <= 16);
    }

    private static byte[] Bytes(string hex) => Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal));
}
