using System;
using System.Collections.Generic;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Threading.Tasks;
using Penstock.Tests;
using Xunit;
using static Penstock.Proxy.Tests.ServerFixture;

namespace Penstock.Proxy.Tests;

/// <summary>CONNECT through a real server over the loopback.</summary>
public sealed class ConnectTests
{
    public static TheoryData<string> Loopbacks => ["127.0.0.1", "::1"];

    [Theory]
    [MemberData(nameof(Loopbacks))]
    public async Task TextPassesBothWays(string loopback)
    {
        using var fixture = new ServerFixture();
        using Socket listener = Listen(IPAddress.Parse(loopback));
        (Socket client, byte reply) = await fixture.ConnectThroughAsync((IPEndPoint)listener.LocalEndPoint!);
        Assert.Equal(0, reply);
        using Socket remote = await listener.AcceptAsync();
        await SendAsync(client, "c0ffee");
        await ExpectAsync(remote, "c0ffee");
        await SendAsync(remote, "1234");
        await ExpectAsync(client, "1234");
        client.Dispose();
        await ExpectEndAsync(remote);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task MegabytesArriveUnchangedInBothDirectionsAtOnce(bool slowReader)
    {
        using var fixture = new ServerFixture();
        using Socket listener = Listen();
        (Socket client, _) = await fixture.ConnectThroughAsync((IPEndPoint)listener.LocalEndPoint!);
        using Socket remote = await listener.AcceptAsync();
        if (slowReader)
            remote.ReceiveBufferSize = 100_000;
        const int length = 30_000_000;
        Task<string> up = HashUntilEnd(remote);
        Task<string> down = HashUntilEnd(client);
        Task<string> sentUp = SendRandom(client, length, 1);
        Task<string> sentDown = SendRandom(remote, length, 2);
        await Task.WhenAll(up, down, sentUp, sentDown).WaitAsync(OwnThread.Patience);
        Assert.Equal(await sentUp, await up);
        Assert.Equal(await sentDown, await down);
        await Until(() => fixture.Server.Counters.Open == 0);
        Assert.Equal((length, length), (fixture.Server.Counters.BytesUp, fixture.Server.Counters.BytesDown));
        client.Dispose();
    }

    [Fact]
    public async Task TextThatIsPipelinedBehindTheRequestIsNotLost()
    {
        using var fixture = new ServerFixture();
        using Socket listener = Listen();
        using Socket client = await fixture.ConnectAsync();
        await SendAsync(client, "050100" + "050100" + Block((IPEndPoint)listener.LocalEndPoint!) + "68656c6c6f");
        using Socket remote = await listener.AcceptAsync();
        await ExpectAsync(remote, "68656c6c6f");
    }

    [Fact]
    public async Task AHalfCloseLeavesTheOtherDirectionOpen()
    {
        using var fixture = new ServerFixture();
        using Socket listener = Listen();
        (Socket client, _) = await fixture.ConnectThroughAsync((IPEndPoint)listener.LocalEndPoint!);
        using Socket remote = await listener.AcceptAsync();
        await SendAsync(client, "aa");
        client.Shutdown(SocketShutdown.Send);
        await ExpectAsync(remote, "aa");
        await ExpectEndAsync(remote);
        await SendAsync(remote, "bbcc");
        await ExpectAsync(client, "bbcc");
        remote.Shutdown(SocketShutdown.Send);
        await ExpectEndAsync(client);
        await Until(() => fixture.Server.Counters.Open == 0);
        Assert.Equal(0, fixture.Server.Counters.Resets);
        client.Dispose();
    }

    [Fact]
    public async Task AHalfCloseOfTheDestinationLeavesTheClientSending()
    {
        using var fixture = new ServerFixture();
        using Socket listener = Listen();
        (Socket client, _) = await fixture.ConnectThroughAsync((IPEndPoint)listener.LocalEndPoint!);
        using Socket remote = await listener.AcceptAsync();
        remote.Shutdown(SocketShutdown.Send);
        await ExpectEndAsync(client);
        await SendAsync(client, "0102");
        await ExpectAsync(remote, "0102");
        client.Dispose();
        await ExpectEndAsync(remote);
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public async Task AResetPassesAsReset(bool byClient, bool afterFinOfTheResetter)
    {
        using var fixture = new ServerFixture();
        using Socket listener = Listen();
        (Socket client, _) = await fixture.ConnectThroughAsync((IPEndPoint)listener.LocalEndPoint!);
        using Socket remote = await listener.AcceptAsync();
        (Socket from, Socket to) = byClient ? (client, remote) : (remote, client);
        if (afterFinOfTheResetter)
        {
            from.Shutdown(SocketShutdown.Send);
            await ExpectEndAsync(to);
        }
        from.LingerState = new LingerOption(true, 0);
        if (afterFinOfTheResetter)
            await SendAsync(to, "ff"); // unread text, so that the close says RST whatever the state
        from.Dispose();
        if (afterFinOfTheResetter)
            await Until(() => fixture.Server.Counters.Open == 0);
        else
            await ExpectResetAsync(to);
        Assert.Equal(1, fixture.Server.Counters.Resets);
        client.Dispose();
    }

    [Fact]
    public async Task ARefusedDestinationIsReplyFive()
    {
        using var fixture = new ServerFixture();
        Socket listener = Listen();
        var nobody = (IPEndPoint)listener.LocalEndPoint!;
        listener.Dispose();
        (Socket client, byte reply) = await fixture.ConnectThroughAsync(nobody);
        Assert.Equal(5, reply);
        await ReceiveAsync(client, 6);
        await ExpectEndAsync(client);
        client.Dispose();
        await Until(() => fixture.Server.Counters.Open == 0);
    }

    [Fact]
    public async Task NamesAreResolvedAndUnknownOnesAreReplyFour()
    {
        using var fixture = new ServerFixture();
        using Socket listener = Listen();
        int port = ((IPEndPoint)listener.LocalEndPoint!).Port;
        using Socket client = await fixture.ConnectAsync();
        await SendAsync(client, "050100" + "05010003" + "09" + Convert.ToHexStringLower("localhost"u8) + port.ToString("x4", null));
        await ExpectAsync(client, "05000500");
        using Socket remote = await listener.AcceptAsync();

        using Socket other = await fixture.ConnectAsync();
        await SendAsync(other, "050100" + "05010003" + "0f" + Convert.ToHexStringLower("no-such.invalid"u8) + "0050");
        await ExpectAsync(other, "0500" + "05040001000000000000");
        await ExpectEndAsync(other);
    }

    [Fact]
    public async Task ASlowHandshakeIsCutOff()
    {
        using var fixture = new ServerFixture(new SocksServerOptions { Threads = 1, HandshakeTimeout = TimeSpan.FromMilliseconds(50) });
        using Socket silent = await fixture.ConnectAsync();
        using Socket half = await fixture.ConnectAsync();
        await SendAsync(half, "0501");
        await ExpectEndAsync(silent);
        await ExpectEndAsync(half);
        Assert.Equal(2, fixture.Server.Counters.Failed);
    }

    [Fact]
    public async Task AnIdleRelayIsResetWhenWished()
    {
        using var fixture = new ServerFixture(new SocksServerOptions { Threads = 1, IdleTimeout = TimeSpan.FromMilliseconds(50) });
        using Socket listener = Listen();
        (Socket client, _) = await fixture.ConnectThroughAsync((IPEndPoint)listener.LocalEndPoint!);
        using Socket remote = await listener.AcceptAsync();
        await ExpectResetAsync(client);
        await ExpectResetAsync(remote);
        client.Dispose();
    }

    [Fact]
    public async Task SessionsAboveTheLimitAreClosed()
    {
        using var fixture = new ServerFixture(new SocksServerOptions { Threads = 1, MostSessions = 2 });
        using Socket first = await fixture.ConnectAsync();
        using Socket second = await fixture.ConnectAsync();
        await SendAsync(second, "050100");
        await ExpectAsync(second, "0500");

        // The reset may be there before the client knows that it is connected.
        SocketException exception = await Assert.ThrowsAsync<SocketException>(async () =>
        {
            using Socket third = await fixture.ConnectAsync();
            await third.ReceiveAsync(new byte[1]).WaitAsync(OwnThread.Patience);
        });
        Assert.Equal(SocketError.ConnectionReset, exception.SocketErrorCode);
        Assert.Equal(1, fixture.Server.Counters.Refused);
    }

    [Fact]
    public async Task PasswordsAreAskedFor()
    {
        using var fixture = new ServerFixture(new SocksServerOptions { User = "me", Password = "pw" });
        using Socket listener = Listen();
        using Socket right = await fixture.ConnectAsync();
        await SendAsync(right, "05020002" + "01026d65027077" + "050100" + Block((IPEndPoint)listener.LocalEndPoint!));
        await ExpectAsync(right, "0502" + "0100" + "050000");
        using Socket wrong = await fixture.ConnectAsync();
        await SendAsync(wrong, "05020002" + "01026d65027078");
        await ExpectAsync(wrong, "0502" + "0101");
        await ExpectEndAsync(wrong);
    }

    [Fact]
    public async Task StoppingEndsConnectionsAndTheServerStartsAgain()
    {
        using var fixture = new ServerFixture();
        using Socket listener = Listen();
        (Socket client, _) = await fixture.ConnectThroughAsync((IPEndPoint)listener.LocalEndPoint!);
        fixture.Server.Stop();
        Assert.Equal(0, fixture.Server.Counters.Open);
        await ExpectEndAsync(client);
        client.Dispose();
        fixture.Server.Start();
        (Socket again, byte reply) = await fixture.ConnectThroughAsync((IPEndPoint)listener.LocalEndPoint!);
        Assert.Equal(0, reply);
        again.Dispose();
    }

    [Fact]
    public async Task AThousandConnectionsAtOnceAreAllServed()
    {
        using var fixture = new ServerFixture();
        using Socket listener = Listen();
        listener.Listen(1024);
        Task echo = Task.Run(async () =>
        {
            for (int i = 0; i < 1000; i++)
                _ = Echo(await listener.AcceptAsync());
        });
        var clients = new List<Task>();
        for (int i = 0; i < 1000; i++)
            clients.Add(Ping(fixture, (IPEndPoint)listener.LocalEndPoint!, i));
        await Task.WhenAll(clients).WaitAsync(OwnThread.Patience);
        await echo;
        Assert.Equal(1000, fixture.Server.Counters.Connected);
    }

    [NeedsFact(Needs.Curl)]
    public async Task CurlIsServed()
    {
        using var fixture = new ServerFixture(new SocksServerOptions { User = "me", Password = "pw" });
        using Socket listener = Listen();
        int port = ((IPEndPoint)listener.LocalEndPoint!).Port;
        Task server = Task.Run(async () =>
        {
            using Socket socket = await listener.AcceptAsync();
            await ReceiveAsync(socket, 4);
            await socket.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello"u8.ToArray());
        });
        (int exitCode, string output, string error) = await Task.Run(() => Program.Run(
            "curl", "-sS", "--proxy", $"socks5h://me:pw@127.0.0.1:{fixture.Server.LocalEndpoint.Port}", "--noproxy", "", $"http://localhost:{port}/"));
        Assert.True(exitCode == 0, error);
        Assert.Equal("hello", output);
        await server;
    }

    private static async Task Ping(ServerFixture fixture, IPEndPoint destination, int number)
    {
        (Socket socket, byte reply) = await fixture.ConnectThroughAsync(destination);
        using (socket)
        {
            Assert.Equal(0, reply);
            await SendAsync(socket, number.ToString("x8", null));
            await ExpectAsync(socket, number.ToString("x8", null));
        }
    }

    private static async Task Echo(Socket socket)
    {
        using (socket)
            await socket.SendAsync(await ReceiveAsync(socket, 4));
    }

    private static async Task<string> SendRandom(Socket socket, int length, int seed)
    {
        byte[] bytes = new byte[length];
        new Random(seed).NextBytes(bytes);
        for (int sent = 0; sent < length;)
            sent += await socket.SendAsync(bytes.AsMemory(sent));
        socket.Shutdown(SocketShutdown.Send);
        return Convert.ToHexStringLower(SHA256.HashData(bytes));
    }

    private static async Task<string> HashUntilEnd(Socket socket)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        byte[] buffer = new byte[100_000];
        int got;
        while ((got = await socket.ReceiveAsync(buffer)) > 0)
            hash.AppendData(buffer, 0, got);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>Waits for something that the server's own threads bring about; a hang is the watchdog's.</summary>
    private static async Task Until(Func<bool> condition)
    {
        Task wait = Task.Run(async () =>
        {
            while (!condition())
                await Task.Yield();
        });
        await wait.WaitAsync(OwnThread.Patience);
    }
}
