using System;
using System.Collections.Generic;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;
using Penstock.Tests;
using Penstock.Wire.Socks5;
using Xunit;
using static Penstock.Proxy.Tests.ServerFixture;

namespace Penstock.Proxy.Tests;

/// <summary>Many datagrams at once through a real server: the first of a burst holds its thread until the others have come.</summary>
public sealed class DatagramBurstTests : IDisposable
{
    private const int Burst = 30;
    private readonly ManualResetEventSlim _go = new(initialState: true);
    private readonly SemaphoreSlim _held = new(0);
    private readonly ServerFixture _fixture;

    public DatagramBurstTests() => _fixture = new ServerFixture(new SocksServerOptions { Threads = 1, Allows = Wait });

    public void Dispose()
    {
        _go.Set();
        _fixture.Dispose();
        _go.Dispose();
        _held.Dispose();
    }

    [Theory]
    [InlineData(3, "127.0.0.1")]
    [InlineData(3, "::1")]
    [InlineData(5, "127.0.0.1")]
    public async Task ABurstCostsACallForManyEachWay(byte command, string host)
    {
        using Socket far = BindUdp(IPAddress.Parse(host));
        using Client client = await Client.Open(_fixture, command);
        byte[][] payloads = [.. Enumerable.Range(0, Burst).Select(i => Payload(i, 1200))];
        long before = _fixture.Server.DatagramCalls;
        await SendHeld(client, payloads.Select(payload => (End(far), payload)));
        EndPoint back = await Expect(far, payloads);
        // The first alone, and the others: received and sent.
        Assert.InRange(_fixture.Server.DatagramCalls - before, 2, 4);

        before = _fixture.Server.DatagramCalls;
        await Hold(() => client.Send(End(far), Payload(0, 1)));
        foreach (byte[] payload in payloads)
            await far.SendToAsync(payload, back);
        _go.Set();
        await client.Expect(payloads.Select(payload => (End(far), payload)));
        await Expect(far, [Payload(0, 1)]);
        Assert.InRange(_fixture.Server.DatagramCalls - before, 2, 4);
        await Counted(Burst + 1, Burst);
    }

    [Theory]
    [InlineData(3)]
    [InlineData(5)]
    public async Task DatagramsOfAllSizesKeepTheirOrderAndBounds(byte command)
    {
        using Socket far = BindUdp();
        using Client client = await Client.Open(_fixture, command);
        int[] sizes = [1, 0, 0, 500, 500, 500, 499, 500, 501, 0, 1400, 1400, 20_000, 20_000, 20_000, 20_000, 3, 3, 3, 3, 65_497, 0, 7];
        byte[][] payloads = [.. sizes.Select((size, i) => Payload(i, size))];
        await SendHeld(client, payloads.Select(payload => (End(far), payload)));
        EndPoint back = await Expect(far, payloads);
        foreach (byte[] payload in payloads)
            await far.SendToAsync(payload, back);
        await client.Expect(payloads.Select(payload => (End(far), payload)));
    }

    [Theory]
    [InlineData(3)]
    [InlineData(5)]
    public async Task DestinationsOfABurstGetEachTheirOwn(byte command)
    {
        using Socket a = BindUdp();
        using Socket b = BindUdp();
        using Socket c = BindUdp(IPAddress.IPv6Loopback);
        Socket[] all = [a, b, c];
        using Client client = await Client.Open(_fixture, command);
        (Socket To, byte[] Payload)[] sent = [.. Enumerable.Range(0, Burst).Select(i => (all[i * i % 3 + (i % 7 == 0 ? 1 : 0)], Payload(i, 100)))];
        await SendHeld(client, sent.Select(one => (End(one.To), one.Payload)));
        foreach (Socket socket in all)
        {
            byte[][] mine = [.. sent.Where(one => one.To == socket).Select(one => one.Payload)];
            EndPoint back = await Expect(socket, mine);
            foreach (byte[] payload in mine)
                await socket.SendToAsync(payload, back);
            await client.Expect(mine.Select(payload => (End(socket), payload)));
        }
    }

    [Theory]
    [InlineData(3)]
    [InlineData(5)]
    public async Task AnswersOfABurstNameEachItsOwnSender(byte command)
    {
        using Socket a = BindUdp();
        using Socket b = BindUdp();
        using Client client = await Client.Open(_fixture, command);
        (Socket From, byte[] Payload)[] answers = [.. Enumerable.Range(0, Burst).Select(i => (i % 3 == 1 ? b : a, Payload(i, 100)))];
        await client.Send(End(a), Payload(0, 1));
        EndPoint back = await Expect(a, [Payload(0, 1)]);
        for (int round = 0; round < 2; round++)
        {
            // What the client sends meanwhile leaves by another socket of the same thread.
            await Hold(() => client.Send(End(a), Payload(0, 1)));
            foreach ((Socket from, byte[] payload) in answers)
                await from.SendToAsync(payload, back);
            _go.Set();
            await client.Expect(answers.Select(answer => (End(answer.From), answer.Payload)));
            await Expect(a, [Payload(0, 1)]);
        }
    }

    [Theory]
    [InlineData(3)]
    [InlineData(5)]
    public async Task ARefusedDestinationTakesNoOtherWithIt(byte command)
    {
        using Socket far = BindUdp();
        using Client client = await Client.Open(_fixture, command);
        // Broadcast is refused by the kernel, port 0 as well; the last one is longer than any datagram can be.
        List<(IPEndPoint, byte[])> sent = [];
        for (int i = 0; i < 24; i++)
        {
            sent.Add((End(far), Payload(i, 300)));
            if (i % 4 == 1)
                sent.Add((new IPEndPoint(IPAddress.Broadcast, 9), Payload(i, 300)));
            if (i % 6 == 3)
                sent.AddRange(Enumerable.Repeat((new IPEndPoint(IPAddress.Loopback, 0), Payload(i, 300)), 3));
        }
        if (command == 5)
            sent.Add((End(far), new byte[65_520]));
        sent.Add((End(far), Payload(24, 300)));
        await SendHeld(client, sent);
        await Expect(far, [.. Enumerable.Range(0, 25).Select(i => Payload(i, 300))]);
        await Counted(25, 0);
    }

    [Fact]
    public async Task AClientThatDoesNotReadLosesNoMessageOfItsConnection()
    {
        using Socket far = BindUdp();
        using Client client = await Client.Open(_fixture, 5);
        await client.Send(End(far), Payload(0, 1));
        EndPoint back = await Expect(far, [Payload(0, 1)]);
        // Far more than a connection's buffers take; what the server has received must all come.
        const int Count = 400, Size = 60_000;
        for (int i = 0; i < Count; i++)
            await far.SendToAsync(Payload(i, Size), back);
        int next = 0;
        await client.Send(End(far), Payload(1, 1));
        await Expect(far, [Payload(1, 1)]);
        for (byte[] payload = await client.Receive(End(far)); payload.Length > 1; payload = await client.Receive(End(far)))
        {
            // Datagrams that found no room in the server's socket are lost there; the others come whole and in order.
            int number = payload[0] | payload[1] << 8;
            Assert.InRange(number, next, Count - 1);
            Assert.Equal(Payload(number, Size), payload);
            next = number + 1;
            await far.SendToAsync(Payload(0, 1), back); // the end, once there is room for it
        }
        Assert.InRange(next, 3, Count);
    }

    private bool Wait(SocksDestination destination)
    {
        if (!_go.IsSet)
            _held.Release();
        _go.Wait();
        return true;
    }

    /// <summary>The server's thread waits in the first datagram's middle until it may go on.</summary>
    private async Task Hold(Func<Task> send)
    {
        _go.Reset();
        await send();
        Assert.True(await _held.WaitAsync(OwnThread.Patience));
    }

    private async Task SendHeld(Client client, IEnumerable<(IPEndPoint To, byte[] Payload)> datagrams)
    {
        bool isHeld = false;
        foreach ((IPEndPoint to, byte[] payload) in datagrams)
        {
            if (isHeld)
                await client.Send(to, payload);
            else
                await Hold(() => client.Send(to, payload));
            isHeld = true;
        }
        _go.Set();
    }

    /// <summary>A counter follows what it counts.</summary>
    private async Task Counted(long up, long down)
    {
        while (_fixture.Server.Counters.DatagramsUp < up || _fixture.Server.Counters.DatagramsDown < down)
            await Task.Yield();
        Assert.Equal((up, down), (_fixture.Server.Counters.DatagramsUp, _fixture.Server.Counters.DatagramsDown));
    }

    private static IPEndPoint End(Socket socket) => (IPEndPoint)socket.LocalEndPoint!;

    private static byte[] Payload(int number, int length)
    {
        byte[] payload = new byte[length];
        for (int i = 0; i < length; i++)
            payload[i] = (byte)(i == 0 ? number : i == 1 ? number >> 8 : i * 31 + number);
        return payload;
    }

    private static async Task<EndPoint> Expect(Socket socket, byte[][] payloads)
    {
        byte[] buffer = new byte[65536];
        EndPoint from = new IPEndPoint(socket.AddressFamily == AddressFamily.InterNetwork ? IPAddress.Any : IPAddress.IPv6Any, 0);
        foreach (byte[] payload in payloads)
        {
            SocketReceiveFromResult got = await socket.ReceiveFromAsync(buffer, from).WaitAsync(OwnThread.Patience);
            from = got.RemoteEndPoint;
            Assert.Equal(Convert.ToHexStringLower(payload), Convert.ToHexStringLower(buffer.AsSpan(0, got.ReceivedBytes)));
        }
        return from;
    }

    /// <summary>A client of either command: datagrams to the relay's socket, or messages on the connection.</summary>
    private sealed class Client : IDisposable
    {
        private Socket _control = null!;
        private Socket? _socket;
        private IPEndPoint _relay = null!;

        public static async Task<Client> Open(ServerFixture fixture, byte command)
        {
            Client client = new();
            (client._control, client._relay) = await fixture.AssociateAsync(command);
            if (command == 3)
            {
                client._socket = BindUdp();
                client._socket.ReceiveBufferSize = 1 << 20;
            }
            return client;
        }

        public async Task Send(IPEndPoint to, byte[] payload)
        {
            byte[] address = Convert.FromHexString(Block(to));
            if (_socket is not null)
                await _socket.SendToAsync((byte[])[0, 0, 0, .. address, .. payload], _relay);
            else
                await _control.SendAsync((byte[])[(byte)(payload.Length >> 8), (byte)payload.Length, (byte)(3 + address.Length), .. address, .. payload]);
        }

        public async Task Expect(IEnumerable<(IPEndPoint From, byte[] Payload)> datagrams)
        {
            foreach ((IPEndPoint from, byte[] payload) in datagrams)
                Assert.Equal(Convert.ToHexStringLower(payload), Convert.ToHexStringLower(await Receive(from)));
        }

        public async Task<byte[]> Receive(IPEndPoint from)
        {
            string address = Block(from);
            if (_socket is null)
            {
                byte[] head = await ReceiveAsync(_control, 3 + address.Length / 2);
                Assert.Equal(address, Convert.ToHexStringLower(head.AsSpan(3)));
                return await ReceiveAsync(_control, head[0] << 8 | head[1]);
            }
            byte[] buffer = new byte[65536];
            int length = await _socket.ReceiveAsync(buffer).WaitAsync(OwnThread.Patience);
            Assert.Equal("000000" + address, Convert.ToHexStringLower(buffer.AsSpan(0, 3 + address.Length / 2)));
            return buffer[(3 + address.Length / 2)..length];
        }

        public void Dispose()
        {
            _control.Dispose();
            _socket?.Dispose();
        }
    }
}
