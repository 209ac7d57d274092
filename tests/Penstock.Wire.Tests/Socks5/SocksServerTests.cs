using System;
using System.Text;
using Penstock.Wire.Ip;
using Penstock.Wire.Socks5;
using Xunit;

namespace Penstock.Wire.Tests.Socks5;

public class SocksServerTests
{
    private readonly byte[] _buffer = new byte[SocksClient.MaxRequest];

    [Theory]
    [InlineData("05 01 00", SocksMethods.None)]
    [InlineData("05 01 02", SocksMethods.UserPassword)]
    [InlineData("05 03 00 01 02", SocksMethods.None | SocksMethods.UserPassword)]
    [InlineData("05 02 01 80", SocksMethods.Unknown)]
    public void A_greeting_says_what_the_client_can(string literal, SocksMethods expected)
    {
        SocksMethods offered = default;
        EverySplit.IsDone(literal, bytes => SocksServer.ParseGreeting(bytes, out offered));
        Assert.Equal(expected, offered);
    }

    [Theory]
    [InlineData("04", SocksError.BadVersion)]
    [InlineData("05 00", SocksError.NoMethods)]
    public void A_greeting_without_sense_is_an_error(string literal, SocksError error) =>
        EverySplit.FailsAtItsEnd(literal, error, bytes => SocksServer.ParseGreeting(bytes, out _));

    [Theory]
    [InlineData("01 04 \"user\" 04 \"pass\"", "user", "pass")]
    [InlineData("01 00 00", "", "")]
    [InlineData("01 01 \"u\" 00", "u", "")]
    [InlineData("01 00 01 \"p\"", "", "p")]
    public void Credentials_are_read(string literal, string user, string password)
    {
        string? gotUser = null, gotPassword = null;
        EverySplit.IsDone(literal, bytes =>
        {
            SocksResult result = SocksServer.ParseAuthentication(bytes, out SocksCredentials credentials);
            gotUser = Encoding.UTF8.GetString(credentials.User);
            gotPassword = Encoding.UTF8.GetString(credentials.Password);
            return result;
        });
        SocksServer.ParseAuthentication(Bytes.Of(literal), out SocksCredentials whole);
        Assert.Equal(user, Encoding.UTF8.GetString(whole.User));
        Assert.Equal(password, Encoding.UTF8.GetString(whole.Password));
        Assert.Equal((user, password), (gotUser, gotPassword));
    }

    [Fact]
    public void Credentials_of_another_version_are_an_error() => EverySplit.FailsAtItsEnd(
        "05", SocksError.BadVersion, bytes => SocksServer.ParseAuthentication(bytes, out _));

    [Theory]
    [InlineData("05 01 00 01 cb 00 71 01 1b 58", SocksCommand.Connect, "203.0.113.1:7000")]
    [InlineData("05 03 00 01 00 00 00 00 00 00", SocksCommand.UdpAssociate, "0.0.0.0:0")]
    [InlineData("05 05 00 04 00000000000000000000000000000000 00 00", SocksCommand.UdpInTcp, "[::]:0")]
    [InlineData("05 01 00 03 0b \"one.example\" 01 bb", SocksCommand.Connect, "one.example:443")]
    [InlineData("05 63 00 01 00 00 00 00 00 00", (SocksCommand)0x63, "0.0.0.0:0")]
    public void A_request_is_read(string literal, SocksCommand expected, string expectedDestination)
    {
        SocksCommand command = default;
        SocksDestination destination = default;
        EverySplit.IsDone(literal, bytes => SocksServer.ParseRequest(bytes, out command, out destination));
        Assert.Equal(expected, command);
        Assert.Equal(expectedDestination, destination.ToString());
    }

    [Theory]
    [InlineData("16", SocksError.BadVersion)]
    [InlineData("05 01 00 05", SocksError.BadAddressType)]
    [InlineData("05 01 00 03 00 00 50", SocksError.EmptyName)]
    public void A_request_without_sense_is_an_error(string literal, SocksError error) =>
        EverySplit.FailsAtItsEnd(literal, error, bytes => SocksServer.ParseRequest(bytes, out _, out _));

    [Fact]
    public void Answers_are_what_the_client_reads()
    {
        Assert.Equal("0502", Bytes.Hex(_buffer.AsSpan(0, SocksServer.WriteMethod(_buffer, SocksMethod.UserPassword))));
        Assert.Equal("0100", Bytes.Hex(_buffer.AsSpan(0, SocksServer.WriteAuthentication(_buffer, true))));
        Assert.Equal("0101", Bytes.Hex(_buffer.AsSpan(0, SocksServer.WriteAuthentication(_buffer, false))));
        int length = SocksServer.WriteReply(
            _buffer, SocksReply.Succeeded, new SocksDestination(InetAddress.FromV4(0x0a000001), 1080));
        Assert.Equal("05000001" + "0a000001" + "0438", Bytes.Hex(_buffer.AsSpan(0, length)));
        Assert.True(SocksClient.ParseReply(_buffer.AsSpan(0, length), out SocksReply reply, out SocksDestination bound).IsDone);
        Assert.Equal((SocksReply.Succeeded, "10.0.0.1:1080"), (reply, bound.ToString()));
    }
}
