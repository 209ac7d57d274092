using System;
using System.Linq;
using Penstock.Tunnel.MappedDns;
using Penstock.Wire.Dns;
using Xunit;

namespace Penstock.Tunnel.Tests.MappedDns;

public class MappedDnsAnswerTests
{
    private readonly DnsClient _client = DnsClient.New();

    [Fact]
    public void Names_get_addresses_from_the_base_on()
    {
        Assert.Equal("100.64.0.0", _client.AskOne("one.example"));
        Assert.Equal("100.64.0.1", _client.AskOne("two.example"));
        Assert.Equal("100.64.0.0", _client.AskOne("one.example"));
        Assert.Equal(2, _client.Resolver.Count);
    }

    [Fact]
    public void A_name_is_the_same_in_any_case_and_keeps_its_first_one()
    {
        string address = _client.AskOne("WWW.Example.com");
        Assert.Equal(address, _client.AskOne("www.eXample.COM"));
        Assert.Equal("WWW.Example.com", _client.Resolver.TryName(DnsClient.Address(address)));
        Assert.Equal(1, _client.Resolver.Count);
    }

    [Fact]
    public void Names_that_differ_beyond_ascii_are_two() // RFC 4343
    {
        Assert.NotEqual(_client.AskOne("\u00c3\u00a9.example"), _client.AskOne("\u00e3\u00a9.example"));
    }

    [Theory]
    [InlineData(DnsType.Aaaa)]
    [InlineData(DnsType.Mx)]
    [InlineData(DnsType.Https)]
    [InlineData(DnsType.Any)]
    [InlineData(DnsType.Soa)]
    [InlineData((DnsType)65280)]
    public void Other_types_are_answered_with_nothing(DnsType type)
    {
        Assert.Empty(_client.Ask("www.example", type));
        Assert.Equal(0, _client.Resolver.Count);
    }

    [Theory]
    [InlineData(DnsClass.Chaos)]
    [InlineData(DnsClass.Any)]
    public void Other_classes_are_answered_with_nothing(DnsClass @class) =>
        Assert.Empty(_client.Ask("version.bind", DnsType.A, @class));

    [Fact]
    public void A_name_that_no_proxy_can_be_told_is_answered_with_nothing()
    {
        Assert.Empty(_client.Ask(".", DnsType.A));
        byte[] dotted = DnsClient.Query("abc.example", DnsType.A);
        dotted[14] = (byte)'.'; // one label "a.c"
        Assert.Empty(DnsClient.Answers(_client.Send(dotted).Response));
        Assert.Equal(0, _client.Resolver.Count);
    }

    [Fact]
    public void The_longest_name_is_mapped()
    {
        string label = new('a', 63);
        string name = $"{label}.{label}.{label}.{new string('b', 61)}";
        string address = _client.AskOne(name);
        Assert.Equal(name, _client.Resolver.TryName(DnsClient.Address(address)));
    }

    [Fact]
    public void An_answer_may_be_kept_as_long_as_configured()
    {
        Assert.Equal(1u, TtlOf(_client));
        Assert.Equal(60u, TtlOf(DnsClient.New(o => o with { Ttl = 60 })));
    }

    [Fact]
    public void The_clients_wishes_come_back_and_no_claims()
    {
        byte[] query = DnsClient.Query("a.example", DnsType.A);
        query[2] = 0x07; // AA TC RD
        query[3] = 0x7f; // Z AD CD, and a response code
        DnsHeader header = DnsClient.HeaderOf(_client.Send(query).Response);
        Assert.Equal(
            DnsFlags.Response | DnsFlags.RecursionDesired | DnsFlags.RecursionAvailable | DnsFlags.CheckingDisabled,
            header.Flags);
        Assert.Equal(0, header.ResponseCode);
        query[2] = query[3] = 0;
        Assert.Equal(DnsFlags.Response, DnsClient.HeaderOf(_client.Send(query).Response).Flags);
    }

    [Fact]
    public void Several_questions_are_answered_in_order()
    {
        byte[] query = DnsClient.Query(
            [("a.example", DnsType.A, DnsClass.In), ("a.example", DnsType.Mx, DnsClass.In), ("b.example", DnsType.A, DnsClass.In)]);
        Assert.Equal(["100.64.0.0", "100.64.0.1"], DnsClient.Answers(_client.Send(query).Response));
    }

    [Fact]
    public void Names_far_behind_in_a_message_are_pointed_to()
    {
        var questions = Enumerable.Range(0, 32)
            .Select(i => ($"{i}.{new string('x', 60)}.{new string('y', 60)}.{new string('z', 60)}.example", DnsType.A, DnsClass.In));
        byte[] query = DnsClient.Query([.. questions]);
        byte[] response = _client.Send(query, overTcp: true, room: 65535).Response;
        Assert.Equal(Enumerable.Range(0, 32).Select(i => $"100.64.0.{i}"), DnsClient.Answers(response));
        var reader = new DnsReader(response, new byte[255]);
        for (int i = 0; i < 32; i++)
            Assert.True(reader.TryReadQuestion(out _));
        for (int i = 0; i < 32; i++)
        {
            Assert.True(reader.TryReadRecord(out DnsRecord record));
            Assert.StartsWith($"{i}.xxx", record.Name.ToString(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void What_does_not_fit_is_left_out_and_told()
    {
        var questions = Enumerable.Range(0, 25).Select(i => ($"{i:00}.example", DnsType.A, DnsClass.In));
        byte[] response = _client.Send(DnsClient.Query([.. questions])).Response;
        Assert.True(response.Length <= 512);
        DnsHeader header = DnsClient.HeaderOf(response);
        Assert.NotEqual(DnsFlags.None, header.Flags & DnsFlags.Truncated);
        Assert.Equal(header.Answers, DnsClient.Answers(response).Count);

        byte[] large = DnsClient.Query([.. questions], new DnsEdns(1232, 0, false));
        header = DnsClient.HeaderOf(_client.Send(large).Response);
        Assert.Equal((DnsFlags.None, 25), (header.Flags & DnsFlags.Truncated, header.Answers));
    }

    [Fact]
    public void Questions_that_do_not_fit_themselves_leave_the_header()
    {
        var questions = Enumerable.Range(0, 10)
            .Select(i => ($"{i}.{new string('x', 60)}.{new string('y', 60)}", DnsType.A, DnsClass.In));
        byte[] response = _client.Send(DnsClient.Query([.. questions])).Response;
        DnsHeader header = DnsClient.HeaderOf(response);
        Assert.Equal((12, 0, 0), (response.Length, header.Questions, header.Answers));
        Assert.NotEqual(DnsFlags.None, header.Flags & DnsFlags.Truncated);
    }

    [Fact]
    public void Ipv6_addresses_have_the_same_number()
    {
        var client = DnsClient.New(o => o with { NetworkV6 = DnsClient.Address("fd00:1::"), PrefixV6 = 96 });
        client.AskOne("one.example");
        Assert.Equal("fd00:1::1", client.AskOne("two.example", DnsType.Aaaa));
        Assert.Equal("100.64.0.1", client.AskOne("two.example"));
        Assert.Equal("two.example", client.Resolver.TryName(DnsClient.Address("fd00:1::1")));
        Assert.Null(client.Resolver.TryName(DnsClient.Address("fd00:2::1")));
        Assert.Null(client.Resolver.TryName(DnsClient.Address("fd00:1::1:0:1")));
    }

    [Theory]
    [InlineData("0.0.64.100.in-addr.arpa", "Name.example")]
    [InlineData("0.0.64.100.IN-ADDR.arpa", "Name.example")]
    [InlineData("0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.1.0.0.0.0.0.D.f.ip6.arpa", "Name.example")]
    [InlineData("1.0.64.100.in-addr.arpa", null)] // no name has it
    [InlineData("0.0.64.101.in-addr.arpa", null)] // not ours
    [InlineData("00.0.64.100.in-addr.arpa", null)]
    [InlineData("0.64.100.in-addr.arpa", null)]
    [InlineData("256.0.64.100.in-addr.arpa", null)]
    [InlineData("in-addr.arpa", null)]
    [InlineData("ip6.arpa", null)]
    public void Mapped_addresses_can_be_looked_up(string reverse, string? expected)
    {
        var client = DnsClient.New(o => o with { NetworkV6 = DnsClient.Address("fd00:1::"), PrefixV6 = 96 });
        client.AskOne("Name.example");
        Assert.Equal(expected is null ? [] : [expected], client.Ask(reverse, DnsType.Ptr));
    }

    [Theory]
    [InlineData("corp.example", DnsVerdict.Excluded)]
    [InlineData("www.CORP.example", DnsVerdict.Excluded)]
    [InlineData("notcorp.example", DnsVerdict.Answered)]
    [InlineData("host.lan", DnsVerdict.Excluded)]
    [InlineData("lan.example", DnsVerdict.Answered)]
    public void Excluded_names_are_left_to_others(string name, DnsVerdict expected)
    {
        var client = DnsClient.New(o => o with { Exclude = ["corp.example", ".lan"] });
        (DnsVerdict verdict, byte[] response) = client.Send(DnsClient.Query(name, DnsType.Mx));
        Assert.Equal((expected, expected == DnsVerdict.Excluded), (verdict, response.Length == 0));
        Assert.Equal(0, client.Resolver.Count);
    }

    private static uint TtlOf(DnsClient client)
    {
        byte[] response = client.Send(DnsClient.Query("ttl.example", DnsType.A)).Response;
        var reader = new DnsReader(response, new byte[255]);
        Assert.True(reader.TryReadQuestion(out _));
        Assert.True(reader.TryReadRecord(out DnsRecord record));
        return record.Ttl;
    }
}
