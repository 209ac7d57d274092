using System;
using System.Net;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;
using Penstock.TestPeer.Moves;

namespace Penstock.TestPeer.Proxies;

/// <summary>A SOCKS5 proxy that behaves in one <see cref="Manner"/>, well or ill.</summary>
internal sealed class OddProxy(Manner manner)
{
    private static readonly byte[] NoAuthentication = [5, 0];
    private static readonly byte[] Succeeded = [5, 0, 0, 1, 0, 0, 0, 0, 0, 0];
    private static readonly byte[] Refused = [5, 5, 0, 1, 0, 0, 0, 0, 0, 0];
    private static readonly byte[] Nonsense = "HTTP/1.1 400 Bad Request\r\n\r\n"u8.ToArray();

    public async Task Run(int port)
    {
        using var listener = new Socket(AddressFamily.InterNetworkV6, SocketType.Stream, ProtocolType.Tcp) { DualMode = true };
        listener.Bind(new IPEndPoint(IPAddress.IPv6Any, port));
        listener.Listen(8192);
        while (true)
            _ = Serve(await listener.AcceptAsync());
    }

    private async Task Serve(Socket client)
    {
        client.NoDelay = true;
        try
        {
            await Behave(client);
        }
        catch (SocketException)
        {
            // The tunnel gave up first, as it may.
        }
        finally
        {
            client.Dispose();
        }
    }

    private async Task Behave(Socket client)
    {
        if (manner == Manner.CloseAtAccept)
            return;
        byte[]? greeting = await Receive(client, 2);
        if (greeting is null || await Receive(client, greeting[1]) is null || manner == Manner.CloseAtGreeting)
            return;
        switch (manner)
        {
            case Manner.Silent:
                await Transfer.Receive(client, CancellationToken.None);
                return;
            case Manner.Garbage:
                await Dribble(client, Nonsense);
                await Transfer.Receive(client, CancellationToken.None);
                return;
            case Manner.CloseInMethod:
                await Send(client, NoAuthentication.AsMemory(0, 1));
                return;
        }

        await Answer(client, NoAuthentication);
        if (manner == Manner.CloseAfterMethod || await ReceiveRequest(client) is not { } port || manner == Manner.CloseAtRequest)
            return;
        switch (manner)
        {
            case Manner.GarbageReply:
                await Dribble(client, Nonsense);
                await Transfer.Receive(client, CancellationToken.None);
                return;
            case Manner.CloseInReply:
                await Send(client, Succeeded.AsMemory(0, 5));
                return;
            case Manner.Refuse:
                await Send(client, Refused);
                return;
        }

        await Answer(client, Succeeded);
        if (manner == Manner.DeafForOddPorts && port % 2 == 1)
            await Task.Delay(Timeout.Infinite);
        var buffer = new byte[4096];
        for (int got; (got = await client.ReceiveAsync(buffer)) > 0;)
            await Send(client, buffer.AsMemory(0, got));
    }

    /// <summary>The destination's port; null when there is no request.</summary>
    private static async Task<int?> ReceiveRequest(Socket client)
    {
        byte[]? head = await Receive(client, 4);
        int rest = head?[3] switch
        {
            1 => 6,
            4 => 18,
            _ => -1,
        };
        if (rest < 0 || await Receive(client, rest) is not { } destination)
            return null;
        return (destination[^2] << 8) | destination[^1];
    }

    private Task Answer(Socket client, byte[] bytes) => manner == Manner.Dribble ? Dribble(client, bytes) : Send(client, bytes);

    private static async Task Dribble(Socket client, byte[] bytes)
    {
        for (int i = 0; i < bytes.Length; i++)
        {
            await Send(client, bytes.AsMemory(i, 1));
            await Task.Delay(1);
        }
    }

    private static Task Send(Socket client, ReadOnlyMemory<byte> bytes) => Transfer.SendAll(client, bytes, CancellationToken.None);

    private static Task<byte[]?> Receive(Socket client, int length) => Transfer.ReceiveExactly(client, length, CancellationToken.None);
}
