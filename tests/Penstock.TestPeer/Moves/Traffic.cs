using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Threading;
using System.Threading.Tasks;

namespace Penstock.TestPeer.Moves;

/// <summary>New connections at a rate, beside connections that trickle for as long as wanted; every byte is accounted for by SHA-256.</summary>
/// <remarks>
/// <code>
/// hold N    opens N that trickle                     held N failed N ERROR
/// rate N    begins N short uploads a second          rate N
/// mark      what came of them since the last mark    mark ok N failed N first MS last MS slowest MS ERROR
/// look      the same, without a new mark
/// finish    ends both                                finished N failed N ERROR
/// </code>
/// first and last are when failed uploads began, after the last mark; slowest is the longest one that went well and began after the mark.
/// </remarks>
internal sealed class Traffic(IPEndPoint server)
{
    private const int ShortLength = 100;
    private const int TrickleLength = 4096;
    private const int TrickleParts = 2000;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan TricklePause = TimeSpan.FromMilliseconds(20);

    private readonly object gate = new();
    private readonly CancellationTokenSource ending = new();
    private readonly List<Task<string>> trickles = [];
    private Task arrivals = Task.CompletedTask;
    private long seeds = Environment.ProcessId * 1_000_000L;
    private long markedAt = Stopwatch.GetTimestamp();
    private int good;
    private int bad;
    private double first;
    private double last;
    private double slowest;
    private string error = "none";

    public async Task Run()
    {
        while (await Console.In.ReadLineAsync() is { } line)
        {
            string[] words = line.Split(' ');
            switch (words[0])
            {
                case "hold": await Hold(Number(words[1])); break;
                case "rate": Begin(Number(words[1])); break;
                case "mark": Mark(andReset: true); break;
                case "look": Mark(andReset: false); break;
                default: await Finish(); break;
            }
        }
    }

    private async Task Hold(int count)
    {
        var opened = new Task<Socket>[count];
        for (int i = 0; i < count; i++)
            opened[i] = Connect(ending.Token);
        int failed = 0;
        foreach (Task<Socket> one in opened)
        {
            try
            {
                trickles.Add(Guarded(Trickle(await one)));
            }
            catch (SocketException)
            {
                failed++;
            }
        }

        Console.WriteLine($"held {count - failed} failed {failed} none");
    }

    private void Begin(int rate)
    {
        arrivals = Task.Run(async () =>
        {
            var watch = Stopwatch.StartNew();
            var running = new List<Task>();
            for (long begun = 0; !ending.IsCancellationRequested; await Task.Delay(2))
            {
                for (; begun < watch.Elapsed.TotalSeconds * rate; begun++)
                    running.Add(One());
                running.RemoveAll(task => task.IsCompleted);
            }

            await Task.WhenAll(running);
        });
        Console.WriteLine($"rate {rate}");
    }

    private async Task One()
    {
        long began = Stopwatch.GetTimestamp();
        string verdict = await Guarded(Short());
        double took = Stopwatch.GetElapsedTime(began).TotalMilliseconds;
        lock (gate)
        {
            if (verdict == "ok")
            {
                good++;
                if (began >= markedAt)
                    slowest = Math.Max(slowest, took);
                return;
            }

            double at = (began - markedAt) * 1000.0 / Stopwatch.Frequency;
            if (bad++ == 0)
                (first, last, error) = (at, at, verdict);
            first = Math.Min(first, at);
            last = Math.Max(last, at);
        }
    }

    private void Mark(bool andReset)
    {
        lock (gate)
        {
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"mark ok {good} failed {bad} first {first:0} last {last:0} slowest {slowest:0} {error}"));
            if (!andReset)
                return;
            (good, bad, first, last, slowest, error) = (0, 0, 0, 0, 0, "none");
            markedAt = Stopwatch.GetTimestamp();
        }
    }

    private async Task Finish()
    {
        await ending.CancelAsync();
        await arrivals;
        string[] verdicts = await Task.WhenAll(trickles);
        int failed = Array.FindAll(verdicts, verdict => verdict != "ok").Length;
        Console.WriteLine($"finished {verdicts.Length - failed} failed {failed} {Array.Find(verdicts, verdict => verdict != "ok") ?? "none"}");
    }

    private async Task<string> Short()
    {
        using var watchdog = new CancellationTokenSource(Patience);
        using Socket socket = await Connect(watchdog.Token);
        long seed = Interlocked.Increment(ref seeds);
        await Transfer.SendAll(socket, new Order(Verb.Upload, ShortLength, seed).ToBytes(), watchdog.Token);
        byte[] sent = await Transfer.Send(socket, seed, ShortLength, int.MaxValue, watchdog.Token);
        return Same(sent, await Transfer.ReceiveExactly(socket, sent.Length, watchdog.Token));
    }

    private async Task<string> Trickle(Socket connected)
    {
        using Socket socket = connected;
        long seed = Interlocked.Increment(ref seeds);
        await Transfer.SendAll(socket, new Order(Verb.Upload, TrickleParts * TrickleLength, seed).ToBytes(), CancellationToken.None);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var content = new Content(seed);
        var part = new byte[TrickleLength];
        for (int left = TrickleParts; left > 0; left--)
        {
            content.Take(part);
            hash.AppendData(part);
            await Transfer.SendAll(socket, part, CancellationToken.None);
            // The last part waits for the end, however long that takes; then the rest goes at once.
            while (!ending.IsCancellationRequested)
            {
                await Task.Delay(TricklePause);
                if (left > 2)
                    break;
            }
        }

        using var watchdog = new CancellationTokenSource(Patience);
        byte[] sent = hash.GetHashAndReset();
        return Same(sent, await Transfer.ReceiveExactly(socket, sent.Length, watchdog.Token));
    }

    private async Task<Socket> Connect(CancellationToken stop)
    {
        var socket = new Socket(server.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(server, stop);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static async Task<string> Guarded(Task<string> task)
    {
        try
        {
            return await task;
        }
        catch (SocketException failure)
        {
            return $"{failure.SocketErrorCode}";
        }
        catch (OperationCanceledException)
        {
            return "Watchdog";
        }
    }

    private static string Same(byte[] sent, byte[]? told) =>
        told is null ? "Ended" : sent.AsSpan().SequenceEqual(told) ? "ok" : "Differs";

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
}
