using System;
using Penstock.Tunnel.Udp;
using Xunit;

namespace Penstock.Tunnel.Tests.Udp;

public sealed class PendingQueriesTests
{
    private const string Query = "0001" + "0100" + "0001" + "0000" + "0000" + "0000" + "0000010001";
    private const string Answer = "0001" + "8180" + "0001" + "0000" + "0000" + "0000" + "0000010001";

    [Fact]
    public void A_query_waits_for_its_answer()
    {
        PendingQueries queries = default;
        queries.OnSent(53, Bytes(Query));
        Assert.False(queries.AreAnswered);
        Assert.True(queries.OnAnswer(Bytes(Answer)));
        Assert.True(queries.AreAnswered);
        Assert.False(queries.OnAnswer(Bytes(Answer)));
    }

    [Fact]
    public void Each_of_several_waits_for_its_own_and_one_asked_twice_for_both()
    {
        PendingQueries queries = default;
        queries.OnSent(53, Bytes(Query));
        queries.OnSent(53, Bytes("0002" + Query[4..]));
        queries.OnSent(53, Bytes(Query));
        Assert.True(queries.OnAnswer(Bytes("0002" + Answer[4..])));
        Assert.False(queries.OnAnswer(Bytes("0002" + Answer[4..])));
        Assert.True(queries.OnAnswer(Bytes(Answer)));
        Assert.False(queries.AreAnswered);
        Assert.True(queries.OnAnswer(Bytes(Answer)));
        Assert.True(queries.AreAnswered);
    }

    [Fact]
    public void A_forwarder_with_many_on_their_way_is_not_judged()
    {
        PendingQueries queries = default;
        for (int i = 0; i < 9; i++)
        {
            Assert.True(queries.AreAll);
            queries.OnSent(53, Bytes($"{i:x4}" + Query[4..]));
        }
        Assert.False(queries.AreAll);
        for (int i = 0; i < 9; i++)
            queries.OnAnswer(Bytes($"{i:x4}" + Answer[4..]));
        Assert.False(queries.AreAnswered);
    }

    [Theory]
    [InlineData(5353, Query)]
    [InlineData(53, "")]
    [InlineData(53, "0001010000010000000000")]
    [InlineData(53, Answer)]                                                      // a server's answer
    [InlineData(53, "0001" + "2800" + "0001" + "0000" + "0000" + "0000")]         // an update
    [InlineData(53, "0001" + "0100" + "0002" + "0000" + "0000" + "0000")]         // two questions
    [InlineData(53, "0001" + "0100" + "0001" + "0001" + "0000" + "0000")]         // an answer in it
    [InlineData(53, "0001" + "0100" + "0001" + "0000" + "0001" + "0000")]
    [InlineData(53, "0001" + "0100" + "0001" + "0000" + "0000" + "0003")]
    [InlineData(53, "04000000" + "01020304" + "0500000000000000" + "00112233")]   // a VPN's datagram on this port
    public void What_is_no_query_is_told_for_good(int port, string hex)
    {
        PendingQueries queries = default;
        queries.OnSent(port, Bytes(hex));
        Assert.False(queries.AreAll);
        Assert.False(queries.AreAnswered);
        queries.OnSent(53, Bytes(Query));
        Assert.False(queries.OnAnswer(Bytes(Answer)));
        Assert.False(queries.AreAnswered);
    }

    [Theory]
    [InlineData("")]
    [InlineData("00018180")]
    [InlineData(Query)]
    [InlineData("0003" + "8180" + "0001" + "0000" + "0000" + "0000")]
    public void What_is_no_answer_answers_nothing(string hex)
    {
        PendingQueries queries = default;
        queries.OnSent(53, Bytes(Query));
        Assert.False(queries.OnAnswer(Bytes(hex)));
        Assert.False(queries.AreAnswered);
    }

    private static byte[] Bytes(string hex) => Convert.FromHexString(hex);
}
