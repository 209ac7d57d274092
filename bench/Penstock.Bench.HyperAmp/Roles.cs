using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Security.Cryptography;
using System.Threading;
using Penstock.HyperAmp;
using Penstock.HyperAmp.Client;
using Penstock.HyperAmp.Configuration;
using Penstock.HyperAmp.Service;
using Penstock.HyperAmp.Services;

namespace Penstock.Bench.HyperAmp;

/// <summary>What the bench's child processes do.</summary>
internal static class Roles
{
    /// <summary>Serves until the standard input ends. Service 66 echoes, 62 sleeps 62 ms, 3 is busy for 1 ms, 4 does so much work as takes 1 ms of an undisturbed processor.</summary>
    public static int Serve(string path, WaitMode wait, int workers)
    {
        using ZoneChannel zone = Open(path, wait);
        ServiceRegistry registry = new ServiceRegistry().Add(new OriginalServices()).Add(62, Nap).Add(3, Busy).Add(4, Work);
        using ZoneService service = zone.Serve(registry, new ServiceOptions { Workers = workers });
        Console.WriteLine("ready");
        while (Console.In.ReadLine() is not null)
        {
        }
        return 0;
    }

    /// <summary>Loads the service from so many threads for so long, after a warm-up, and checks every answer.</summary>
    public static Figure Load(string path, WaitMode wait, int threads, int size, double seconds, string name)
    {
        using ZoneChannel zone = Open(path, wait);
        using ZoneClient client = zone.OpenClient();
        using ManualResetEventSlim go = new();
        bool measuring = false, stop = false;
        Latencies[] latencies = new Latencies[threads];
        List<Thread> all = [];
        string? failure = null;
        for (int i = 0; i < threads; i++)
        {
            Latencies mine = latencies[i] = new Latencies();
            byte[] request = new byte[size], answer = new byte[size], expected = new byte[size];
            for (int k = 0; k < size; k++)
                request[k] = (byte)('a' + ((k + i) % 26));
            request.CopyTo(expected, 0);
            LegacyXor.ApplyTable(expected);
            Thread thread = new(() =>
            {
                go.Wait();
                long start = Stopwatch.GetTimestamp();
                while (!Volatile.Read(ref stop))
                {
                    CallResult result = client.Call(1, request, answer);
                    long now = Stopwatch.GetTimestamp();
                    if (Volatile.Read(ref measuring))
                        mine.Record(now - start);
                    if (!result.IsSuccess || !answer.AsSpan().SequenceEqual(expected))
                    {
                        failure = $"{result.Status}, {(answer.AsSpan().SequenceEqual(expected) ? "right" : "wrong")} answer";
                        return;
                    }
                    start = Stopwatch.GetTimestamp();
                }
            });
            thread.Start();
            all.Add(thread);
        }
        go.Set();
        Thread.CurrentThread.Join(TimeSpan.FromSeconds(Math.Min(1, seconds)));
        long begin = Stopwatch.GetTimestamp();
        Volatile.Write(ref measuring, true);
        Thread.CurrentThread.Join(TimeSpan.FromSeconds(seconds));
        Volatile.Write(ref measuring, false);
        double took = Stopwatch.GetElapsedTime(begin).TotalSeconds;
        Volatile.Write(ref stop, true);
        foreach (Thread thread in all)
            thread.Join();
        if (failure is not null)
            throw new InvalidOperationException(failure);
        return Figure.Of(name, latencies, took);
    }

    /// <summary>Serves and loads in one process.</summary>
    public static Figure Solo(string path, WaitMode wait, int threads, int size, double seconds)
    {
        using ZoneChannel zone = Open(path, wait);
        using ZoneService service = zone.Serve(new ServiceRegistry().Add(new OriginalServices()));
        return Load(path, wait, threads, size, seconds, "penstock");
    }

    /// <summary>The time that so many requests take from so many threads.</summary>
    public static double Batch(string path, ushort service, int threads, int requests)
    {
        using ZoneChannel zone = Open(path, WaitMode.Auto);
        using ZoneClient client = zone.OpenClient(new ClientOptions { Timeout = TimeSpan.FromSeconds(120) });
        int left = requests;
        Thread[] all = new Thread[threads];
        byte[] text = new byte[64];
        _ = client.Call(service, text, text);
        long start = Stopwatch.GetTimestamp();
        for (int i = 0; i < threads; i++)
        {
            all[i] = new Thread(() =>
            {
                byte[] answer = new byte[64];
                while (Interlocked.Decrement(ref left) >= 0)
                {
                    if (!client.Call(service, text, answer).IsSuccess)
                        throw new InvalidOperationException("a request failed");
                }
            });
            all[i].Start();
        }
        foreach (Thread thread in all)
            thread.Join();
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    /// <summary>The same work without messages: how much more two threads do here than one.</summary>
    public static double Scale()
    {
        const int Calls = 300;
        double Once(int threads)
        {
            Thread[] all = new Thread[threads];
            long start = Stopwatch.GetTimestamp();
            for (int i = 0; i < threads; i++)
            {
                all[i] = new Thread(() =>
                {
                    byte[] payload = new byte[1];
                    for (int k = 0; k < Calls; k++)
                        Work(payload);
                });
                all[i].Start();
            }
            foreach (Thread thread in all)
                thread.Join();
            return threads / Stopwatch.GetElapsedTime(start).TotalSeconds;
        }
        double alone = Once(1);
        return Once(2) / alone;
    }

    private static ZoneChannel Open(string path, WaitMode wait) => ZoneChannel.Open(
        ShmConfiguration.Local(path) with { Backend = RegionBackend.File, Path = path, Wait = wait });

    private static ServiceResult Nap(Span<byte> payload)
    {
        Linux.Memory.Processor.Nap(TimeSpan.FromMilliseconds(62));
        return ServiceResult.Success;
    }

    private static ServiceResult Busy(Span<byte> payload)
    {
        long start = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(start) < TimeSpan.FromMilliseconds(1))
            payload[0]++;
        return ServiceResult.Success;
    }

    // So many bytes to hash as take 1 ms where nothing disturbs: work that costs processor time, however often it is
    // interrupted. In pieces of 64 KB of the thread's own, because each call looks its algorithm up and counts a
    // reference in the cryptographic library: hashing some bytes a call, two threads wait for each other at that count
    // and show the library's limit in place of the service's.
    private const int Piece = 65536;
    private static readonly int _bytes = Calibrate();

    [ThreadStatic]
    private static byte[]? s_text;

    private static ServiceResult Work(Span<byte> payload)
    {
        payload[0] = Hash(_bytes);
        return ServiceResult.Success;
    }

    private static byte Hash(int bytes)
    {
        Span<byte> text = s_text ??= new byte[Piece];
        Span<byte> digest = text[..SHA256.HashSizeInBytes];
        for (int left = bytes; left > 0; left -= Piece)
            SHA256.HashData(text[..Math.Min(left, Piece)], digest);
        return digest[0];
    }

    private static int Calibrate()
    {
        const int Bytes = 4 * Piece, Runs = 50;
        long least = long.MaxValue;
        for (int run = 0; run < Runs; run++)
        {
            long start = Stopwatch.GetTimestamp();
            _ = Hash(Bytes);
            least = Math.Min(least, Stopwatch.GetTimestamp() - start);
        }
        return (int)Math.Max(1, Bytes * (Stopwatch.Frequency / 1000) / least);
    }
}
