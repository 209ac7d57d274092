using System;
using System.Collections.Generic;
using System.Net;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;

namespace Penstock.TestPeer.Moves;

/// <summary>Many connections at once to something that echoes; commands on standard input, an answer a line.</summary>
/// <remarks>
/// <code>
/// open N    connects N more            opened N failed N ERROR
/// echo      a word over each           echoed N failed N ERROR
/// close     closes all                 closed N
/// </code>
/// ERROR is the first one met, or "none".
/// </remarks>
internal sealed class Crowd(IPEndPoint server)
{
    private const int InFlight = 128;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    private readonly List<Socket> sockets = [];

    public async Task Run()
    {
        while (Console.ReadLine() is { } line)
        {
            string[] words = line.Split(' ');
            switch (words[0])
            {
                case "open": await Open(int.Parse(words[1], System.Globalization.CultureInfo.InvariantCulture)); break;
                case "echo": await EchoAll(); break;
                default: Close(); break;
            }
        }
    }

    private async Task Open(int count)
    {
        var opened = new Socket?[count];
        string error = await ForEach(count, async (i, stop) =>
        {
            var socket = new Socket(server.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            try
            {
                await socket.ConnectAsync(server, stop);
                opened[i] = socket;
            }
            catch
            {
                socket.Dispose();
                throw;
            }
        });
        int before = sockets.Count;
        foreach (Socket? socket in opened)
        {
            if (socket is not null)
                sockets.Add(socket);
        }

        Console.WriteLine($"opened {sockets.Count - before} failed {count - (sockets.Count - before)} {error}");
    }

    private async Task EchoAll()
    {
        int echoed = 0;
        string error = await ForEach(sockets.Count, async (i, stop) =>
        {
            var word = BitConverter.GetBytes(0x5EED_0000_0000 + i);
            await Transfer.SendAll(sockets[i], word, stop);
            if (await Transfer.ReceiveExactly(sockets[i], word.Length, stop) is not { } back)
                throw new SocketException((int)SocketError.Disconnecting);
            if (!back.AsSpan().SequenceEqual(word))
                throw new SocketException((int)SocketError.Fault);
            Interlocked.Increment(ref echoed);
        });
        Console.WriteLine($"echoed {echoed} failed {sockets.Count - echoed} {error}");
    }

    private void Close()
    {
        foreach (Socket socket in sockets)
            socket.Dispose();
        Console.WriteLine($"closed {sockets.Count}");
        sockets.Clear();
    }

    private static async Task<string> ForEach(int count, Func<int, CancellationToken, Task> act)
    {
        using var gate = new SemaphoreSlim(InFlight);
        string? first = null;
        var all = new Task[count];
        for (int i = 0; i < count; i++)
        {
            await gate.WaitAsync();
            all[i] = One(i);
        }

        await Task.WhenAll(all);
        return first ?? "none";

        async Task One(int i)
        {
            using var watchdog = new CancellationTokenSource(Patience);
            try
            {
                await act(i, watchdog.Token);
            }
            catch (Exception error) when (error is SocketException or OperationCanceledException)
            {
                Interlocked.CompareExchange(ref first, error is SocketException socket ? $"{socket.SocketErrorCode}" : "Watchdog", null);
            }
            finally
            {
                gate.Release();
            }
        }
    }
}
