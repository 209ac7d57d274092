using System;
using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Threading;
using System.Threading.Tasks;

namespace Penstock.TestPeer.Moves;

/// <summary>The far end: does with each connection what its first bytes order.</summary>
internal sealed class Server
{
    private readonly ConcurrentDictionary<long, TaskCompletionSource<string>> results = new();

    /// <summary>Serves a port on all addresses, until the process ends.</summary>
    public async Task Run(int port)
    {
        using var listener = new Socket(AddressFamily.InterNetworkV6, SocketType.Stream, ProtocolType.Tcp) { DualMode = true };
        listener.Bind(new IPEndPoint(IPAddress.IPv6Any, port));
        listener.Listen(8192);
        while (true)
        {
            Socket client = await listener.AcceptAsync();
            client.NoDelay = true;
            _ = Serve(client);
        }
    }

    private async Task Serve(Socket client)
    {
        try
        {
            if (await Transfer.ReceiveExactly(client, Order.Size, CancellationToken.None) is { } head)
                await Obey(client, Order.From(head));
        }
        catch (SocketException)
        {
            // The connection broke, which several moves are about; what matters of it is in the results.
        }
        finally
        {
            client.Dispose();
        }
    }

    private Task Obey(Socket client, Order order) => order.Verb switch
    {
        Verb.Upload => Answer(client, order.Length),
        Verb.HalfClose => Answer(client, long.MaxValue),
        Verb.Download => Download(client, order),
        Verb.Both => Both(client, order),
        Verb.EndFirst => EndFirst(client, order),
        Verb.Reset => ResetAfter(client, order),
        Verb.Watch => Announce(client, order),
        Verb.Result => AnswerResult(client, order),
        _ => Echo(client),
    };

    private static async Task Answer(Socket client, long length)
    {
        var (_, hash) = await Transfer.Receive(client, CancellationToken.None, length);
        await Transfer.SendAll(client, hash, CancellationToken.None);
        client.Shutdown(SocketShutdown.Send);
    }

    private static async Task Download(Socket client, Order order)
    {
        await Transfer.Send(client, order.Seed, order.Length, int.MaxValue, CancellationToken.None);
        client.Shutdown(SocketShutdown.Send);
        await Transfer.Receive(client, CancellationToken.None);
    }

    private static async Task Both(Socket client, Order order)
    {
        Task<(long Length, byte[] Hash)> receiving = Transfer.Receive(client, CancellationToken.None, order.Length);
        await Transfer.Send(client, order.Seed, order.Length, int.MaxValue, CancellationToken.None);
        await Transfer.SendAll(client, (await receiving).Hash, CancellationToken.None);
        client.Shutdown(SocketShutdown.Send);
    }

    private async Task EndFirst(Socket client, Order order)
    {
        await Transfer.Send(client, order.Seed, order.Length, int.MaxValue, CancellationToken.None);
        client.Shutdown(SocketShutdown.Send);
        await Watch(client, order);
    }

    private static async Task ResetAfter(Socket client, Order order)
    {
        await Transfer.Receive(client, CancellationToken.None, order.Length);
        Transfer.Reset(client);
    }

    /// <summary>Says that the order has arrived: a reset may overtake what was sent before it.</summary>
    private async Task Announce(Socket client, Order order)
    {
        await Transfer.SendAll(client, new byte[1], CancellationToken.None);
        await Watch(client, order);
    }

    /// <summary>A result is "eof LENGTH HASH" or "reset".</summary>
    private async Task Watch(Socket client, Order order)
    {
        try
        {
            var (length, hash) = await Transfer.Receive(client, CancellationToken.None);
            ResultOf(order.Seed).TrySetResult($"eof {length} {Convert.ToHexString(hash)}");
        }
        catch (SocketException error) when (error.SocketErrorCode == SocketError.ConnectionReset)
        {
            ResultOf(order.Seed).TrySetResult("reset");
        }
    }

    private async Task AnswerResult(Socket client, Order order)
    {
        string result = await ResultOf(order.Seed).Task;
        await Transfer.SendAll(client, Encoding.ASCII.GetBytes(result), CancellationToken.None);
        client.Shutdown(SocketShutdown.Send);
    }

    private static async Task Echo(Socket client)
    {
        var buffer = new byte[16 * 1024];
        for (int got; (got = await client.ReceiveAsync(buffer)) > 0;)
            await Transfer.SendAll(client, buffer.AsMemory(0, got), CancellationToken.None);
        client.Shutdown(SocketShutdown.Send);
    }

    private TaskCompletionSource<string> ResultOf(long seed) =>
        results.GetOrAdd(seed, _ => new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously));
}
