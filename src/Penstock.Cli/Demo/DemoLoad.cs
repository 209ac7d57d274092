using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Threading;

namespace Penstock.Cli.Demo;

/// <summary>What a phase of the load moved.</summary>
/// <param name="Seconds">How long it took.</param>
/// <param name="Bytes">Payload bytes that arrived, or were taken.</param>
/// <param name="Requests">Requests that were answered.</param>
/// <param name="Latencies">Microseconds of each request, sorted; empty where they are not measured.</param>
internal sealed record DemoResult(double Seconds, long Bytes, long Requests, double[] Latencies)
{
    public double GigabitsPerSecond => Bytes * 8 / Seconds / 1e9;

    public double RequestsPerSecond => Requests / Seconds;

    public double Percentile(double p) => Latencies.Length == 0 ? 0 : Latencies[(int)Math.Min(Latencies.Length - 1, Latencies.Length * p)];
}

/// <summary>The demo's load: blocking threads on the kernel's TCP, as any program would open them.</summary>
internal static class DemoLoad
{
    private const long PieceBytes = 256L << 20;

    public static DemoResult Download(int streams, TimeSpan time) =>
        Run(streams, time, small: false, static (client, add) => client.Get(PieceBytes, add));

    public static DemoResult Upload(int streams, TimeSpan time) =>
        Run(streams, time, small: false, static (client, add) => client.Post(PieceBytes, add));

    /// <summary>A connection for each request.</summary>
    public static DemoResult Connections(int threads, TimeSpan time)
    {
        Stopwatch clock = Stopwatch.StartNew();
        long requests = 0;
        Parallel(threads, () =>
        {
            while (clock.Elapsed < time)
            {
                using DemoHttpClient client = new(small: true);
                client.Get(100, static _ => { });
                Interlocked.Increment(ref requests);
            }
        });
        return new DemoResult(clock.Elapsed.TotalSeconds, 0, requests, []);
    }

    /// <summary>Small requests over kept connections; each one's time is measured.</summary>
    public static DemoResult Latency(int connections, TimeSpan time)
    {
        Stopwatch clock = Stopwatch.StartNew();
        List<double> all = [];
        Parallel(connections, () =>
        {
            List<double> own = [];
            using DemoHttpClient client = new(small: true);
            while (clock.Elapsed < time)
            {
                long start = Stopwatch.GetTimestamp();
                client.Get(100, static _ => { });
                own.Add(Stopwatch.GetElapsedTime(start).TotalMicroseconds);
            }
            lock (all)
                all.AddRange(own);
        });
        double[] sorted = [.. all];
        Array.Sort(sorted);
        return new DemoResult(clock.Elapsed.TotalSeconds, 0, sorted.Length, sorted);
    }

    private static DemoResult Run(int streams, TimeSpan time, bool small, Action<DemoHttpClient, Action<int>> transfer)
    {
        Stopwatch clock = Stopwatch.StartNew();
        long bytes = 0;
        Parallel(streams, () =>
        {
            using DemoHttpClient client = new(small);
            try
            {
                while (true)
                    transfer(client, count =>
                {
                    Interlocked.Add(ref bytes, count);
                    if (clock.Elapsed > time)
                        throw new PhaseOver();
                });
            }
            catch (PhaseOver)
            {
                // The time is up in mid-transfer: closing the connection ends it.
            }
        });
        return new DemoResult(clock.Elapsed.TotalSeconds, bytes, streams, []);
    }

    /// <summary>Runs the same on several threads; the first failure of any is thrown here.</summary>
    private static void Parallel(int count, Action body)
    {
        Exception? failure = null;
        Thread[] threads = new Thread[count];
        for (int i = 0; i < count; i++)
        {
            threads[i] = new Thread(() =>
            {
                try
                {
                    body();
                }
                catch (Exception e)
                {
                    Interlocked.CompareExchange(ref failure, e, null);
                }
            });
            threads[i].Start();
        }
        foreach (Thread thread in threads)
            thread.Join();
        if (failure is not null)
            throw new InvalidOperationException("the load failed: " + failure.Message, failure);
    }

    private sealed class PhaseOver : Exception;
}
