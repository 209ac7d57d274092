using System;
using Penstock.Wire.Socks5;
using Xunit;

namespace Penstock.Wire.Tests.Socks5;

/// <summary>Seeded random and mutated messages through every parser: no exception, no byte claimed that is not there.</summary>
public class SocksFuzzTests
{
    private const int Inputs = 20_000;

    private static readonly string[] Valid =
    [
        "05 01 00", "05 02 00 02", "05 00", "05 02", "01 04 \"user\" 04 \"pass\"", "01 00",
        "05 01 00 03 0b \"one.example\" 01 bb", "05 01 00 01 cb 00 71 01 1b 58",
        "05 00 00 04 20010db8000000000000000000000001 1b 58",
        "00 00 00 01 cb 00 71 01 1b 58 \"ping1\"", "00 00 00 03 0b \"one.example\" 1b 58 \"A\"",
        "00 05 0a 01 cb 00 71 01 1b 58 \"ping1\"", "00 01 12 03 0b \"one.example\" 1b 58 41",
    ];

    [Fact]
    public void Parsers_keep_to_what_they_were_given()
    {
        int done = 0;
        foreach (byte[] bytes in Mutated(seed: 1))
        {
            done += Check(bytes, SocksClient.ParseMethod(bytes, bytes.Length % 2 == 0, out _));
            done += Check(bytes, SocksClient.ParseAuthentication(bytes));
            done += Check(bytes, SocksClient.ParseReply(bytes, out _, out SocksDestination bound));
            Assert.True(bound.Name is null || bound.Name.Length <= SocksDestination.MaxName);
            done += Check(bytes, SocksServer.ParseGreeting(bytes, out _));
            done += Check(bytes, SocksServer.ParseAuthentication(bytes, out SocksCredentials credentials));
            Assert.True(credentials.User.Length + credentials.Password.Length <= bytes.Length);
            done += Check(bytes, SocksServer.ParseRequest(bytes, out _, out _));
        }
        Assert.True(done > Inputs / 4, $"only {done} inputs made a message");
    }

    [Fact]
    public void What_was_read_is_written_again_as_it_was()
    {
        int requests = 0, datagrams = 0, messages = 0;
        byte[] written = new byte[1024];
        foreach (byte[] bytes in Mutated(seed: 2))
        {
            SocksResult request = SocksServer.ParseRequest(bytes, out SocksCommand command, out SocksDestination destination);
            if (request.IsDone)
            {
                requests++;
                int length = SocksClient.WriteRequest(written, command, destination);
                Assert.Equal(bytes.AsSpan(3, length - 3), written.AsSpan(3, length - 3));
                Assert.Equal(request.Consumed, length);
            }
            if (SocksDatagram.TryParse(bytes, out SocksDatagram datagram))
            {
                datagrams++;
                int length = SocksDatagram.WriteHeader(written, datagram.ToDestination());
                Assert.Equal(bytes.AsSpan(3, length - 3), written.AsSpan(3, length - 3));
                Assert.Equal(bytes.Length, length + datagram.Payload.Length);
            }
            SocksResult result = UdpInTcpMessage.Parse(bytes, out UdpInTcpMessage message);
            Check(bytes, result);
            if (result.IsDone)
            {
                messages++;
                Assert.True(UdpInTcpMessage.TryWriteHeader(
                    written, message.ToDestination(), message.Payload.Length, out int length));
                Assert.True(length <= message.HeaderLength); // a filler is not written again
                Assert.Equal(bytes.AsSpan(3, length - 3), written.AsSpan(3, length - 3));
            }
        }
        Assert.True(requests > 500 && datagrams > 500 && messages > 500, $"{requests} {datagrams} {messages}");
    }

    [Fact]
    public void A_message_that_grows_is_never_taken_back()
    {
        // More bytes turn "more" into an answer, and never change one that was given.
        foreach (byte[] bytes in Mutated(seed: 3, inputs: 2_000))
        {
            SocksResult before = SocksResult.NeedMore;
            for (int length = 0; length <= bytes.Length; length++)
            {
                SocksResult result = UdpInTcpMessage.Parse(bytes.AsSpan(0, length), out _);
                if (before.Progress != SocksProgress.NeedMore)
                    Assert.Equal(before, result);
                before = result;
            }
        }
    }

    private static int Check(byte[] bytes, SocksResult result)
    {
        Assert.True(result.Consumed <= bytes.Length);
        Assert.Equal(result.IsDone, result.Consumed > 0);
        Assert.Equal(result.Progress == SocksProgress.Error, result.Error != SocksError.None);
        return result.IsDone ? 1 : 0;
    }

    private static System.Collections.Generic.IEnumerable<byte[]> Mutated(int seed, int inputs = Inputs)
    {
        var random = new Random(seed);
        for (int i = 0; i < inputs; i++)
        {
            byte[] bytes;
            if (i % 4 == 0)
            {
                bytes = new byte[random.Next(64)];
                random.NextBytes(bytes);
            }
            else
            {
                byte[] tail = new byte[random.Next(300)];
                random.NextBytes(tail);
                bytes = [.. Bytes.Of(Valid[random.Next(Valid.Length)]), .. tail];
                for (int changes = random.Next(3); changes > 0; changes--)
                    bytes[random.Next(Math.Min(bytes.Length, 8))] = (byte)random.Next(random.Next(2) == 0 ? 6 : 256);
            }
            yield return bytes;
        }
    }
}
