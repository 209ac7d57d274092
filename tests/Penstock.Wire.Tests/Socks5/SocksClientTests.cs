using System;
using System.Text;
using Penstock.Wire.Ip;
using Penstock.Wire.Socks5;
using Xunit;

namespace Penstock.Wire.Tests.Socks5;

public class SocksClientTests
{
    private readonly byte[] _buffer = new byte[SocksClient.MaxAuthentication];

    [Theory]
    [InlineData(false, "050100")]
    [InlineData(true, "050102")]
    public void A_greeting_offers_exactly_one_method(bool withCredentials, string expected) =>
        Assert.Equal(expected, Hex(SocksClient.WriteGreeting(_buffer, withCredentials)));

    [Theory]
    [InlineData("user", "pass", "01 04 \"user\" 04 \"pass\"")]
    [InlineData("", "", "01 00 00")]
    public void Credentials_are_one_message(string user, string password, string expected)
    {
        int length = SocksClient.WriteAuthentication(
            _buffer, Encoding.UTF8.GetBytes(user), Encoding.UTF8.GetBytes(password));
        Assert.Equal(Bytes.Of(expected), _buffer[..length]);
    }

    [Fact]
    public void The_longest_credentials_fit_and_longer_ones_are_refused()
    {
        Assert.Equal(SocksClient.MaxAuthentication, SocksClient.WriteAuthentication(_buffer, new byte[255], new byte[255]));
        Assert.Throws<ArgumentOutOfRangeException>(() => SocksClient.WriteAuthentication(_buffer, new byte[256], []));
        Assert.Throws<ArgumentOutOfRangeException>(() => SocksClient.WriteAuthentication(_buffer, [], new byte[256]));
    }

    [Theory]
    [InlineData(SocksCommand.Connect, "203.0.113.1", 7000, "05 01 00 01 cb 00 71 01 1b 58")]
    [InlineData(SocksCommand.Connect, "2001:db8::1", 7000, "05 01 00 04 20010db8000000000000000000000001 1b 58")]
    [InlineData(SocksCommand.UdpAssociate, "0.0.0.0", 0, "05 03 00 01 00 00 00 00 00 00")]
    [InlineData(SocksCommand.UdpInTcp, "0.0.0.0", 0, "05 05 00 01 00 00 00 00 00 00")]
    [InlineData(SocksCommand.UdpInTcp, "::", 0, "05 05 00 04 00000000000000000000000000000000 00 00")]
    public void A_request_names_an_address(SocksCommand command, string address, int port, string expected)
    {
        Assert.True(InetAddress.TryParse(address, out InetAddress parsed));
        int length = SocksClient.WriteRequest(_buffer, command, new SocksDestination(parsed, (ushort)port));
        Assert.Equal(Bytes.Of(expected), _buffer[..length]);
    }

    [Fact]
    public void A_request_names_a_domain()
    {
        int length = SocksClient.WriteRequest(_buffer, SocksCommand.Connect, new SocksDestination("one.example", 443));
        Assert.Equal(Bytes.Of("05 01 00 03 0b \"one.example\" 01 bb"), _buffer[..length]);
    }

    [Fact]
    public void The_longest_name_fits_the_longest_request()
    {
        var destination = new SocksDestination(new string('n', SocksDestination.MaxName), 65535);
        Assert.Equal(SocksClient.MaxRequest, SocksClient.WriteRequest(_buffer, SocksCommand.Connect, destination));
    }

    [Theory]
    [InlineData("05 00", false, SocksMethod.None)]
    [InlineData("05 00", true, SocksMethod.None)]
    [InlineData("05 02", true, SocksMethod.UserPassword)]
    public void A_method_that_can_be_used_is_accepted(string literal, bool offered, SocksMethod expected)
    {
        SocksMethod method = default;
        EverySplit.IsDone(literal, bytes => SocksClient.ParseMethod(bytes, offered, out method));
        Assert.Equal(expected, method);
    }

    [Theory]
    [InlineData("05 ff", false, SocksError.MethodRefused)]
    [InlineData("05 ff", true, SocksError.MethodRefused)]
    [InlineData("05 02", false, SocksError.MethodRefused)]
    [InlineData("05 01", true, SocksError.MethodRefused)]
    [InlineData("04", true, SocksError.BadVersion)]
    [InlineData("48", false, SocksError.BadVersion)]
    public void A_method_that_cannot_be_used_is_an_error(string literal, bool offered, SocksError error) =>
        EverySplit.FailsAtItsEnd(literal, error, bytes => SocksClient.ParseMethod(bytes, offered, out _));

    [Fact]
    public void Accepted_credentials_are_done() => EverySplit.IsDone("01 00", SocksClient.ParseAuthentication);

    [Theory]
    [InlineData("01 01", SocksError.AuthenticationRefused)]
    [InlineData("01 ff", SocksError.AuthenticationRefused)]
    [InlineData("05", SocksError.BadVersion)]
    public void Refused_credentials_are_an_error(string literal, SocksError error) =>
        EverySplit.FailsAtItsEnd(literal, error, SocksClient.ParseAuthentication);

    [Theory]
    [InlineData("05 00 00 01 0a 00 00 01 04 38", "10.0.0.1:1080")]
    [InlineData("05 00 7f 01 00 00 00 00 00 00", "0.0.0.0:0")]
    [InlineData("05 00 00 04 20010db8000000000000000000000001 04 38", "[2001:db8::1]:1080")]
    [InlineData("05 00 00 03 05 \"proxy\" 04 38", "proxy:1080")]
    [InlineData("05 00 00 03 00 04 38", ":1080")]
    public void A_grant_says_where_the_server_is_bound(string literal, string expected)
    {
        SocksReply reply = default;
        SocksDestination bound = default;
        EverySplit.IsDone(literal, bytes => SocksClient.ParseReply(bytes, out reply, out bound));
        Assert.Equal(SocksReply.Succeeded, reply);
        Assert.Equal(expected, bound.ToString());
    }

    [Theory]
    [InlineData("05 05", SocksReply.ConnectionRefused)]
    [InlineData("05 07 00 01 00 00 00 00 00 00", SocksReply.CommandNotSupported)]
    [InlineData("05 01 00 99", SocksReply.GeneralFailure)]
    [InlineData("05 c8 00", (SocksReply)200)]
    public void A_refusal_is_done_with_its_code_however_little_follows(string literal, SocksReply expected)
    {
        byte[] bytes = Bytes.Of(literal);
        Assert.Equal(SocksResult.NeedMore, SocksClient.ParseReply(bytes.AsSpan(0, 1), out _, out _));
        for (int length = 2; length <= bytes.Length; length++)
        {
            SocksResult result = SocksClient.ParseReply(bytes.AsSpan(0, length), out SocksReply reply, out _);
            Assert.Equal(new SocksResult(SocksProgress.Done, length, SocksError.None), result);
            Assert.Equal(expected, reply);
        }
    }

    [Theory]
    [InlineData("00", SocksError.BadVersion)]
    [InlineData("05 00 00 02", SocksError.BadAddressType)]
    [InlineData("05 00 00 00", SocksError.BadAddressType)]
    public void Garbage_in_place_of_a_reply_is_an_error(string literal, SocksError error) =>
        EverySplit.FailsAtItsEnd(literal, error, bytes => SocksClient.ParseReply(bytes, out _, out _));

    private string Hex(int length) => Bytes.Hex(_buffer.AsSpan(0, length));
}
