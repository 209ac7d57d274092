using System;
using System.Diagnostics;
using System.Threading;
using Penstock.HyperAmp.Ring;
using Penstock.Linux.Memory;

namespace Penstock.Bench.HyperAmp;

/// <summary>The ring under many threads: what is longer than a block travels in the bulk window, one at a time.</summary>
internal static class RingManyRoles
{
    private static readonly RingOptions _options = new() { SeparateData = true };
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(20);

    /// <summary>Echoes of one size from so many threads, every answer checked.</summary>
    /// <param name="path">The region.</param>
    /// <param name="neverSleeps">Spins for answers.</param>
    /// <param name="threads">Client threads.</param>
    /// <param name="size">Bytes of a request.</param>
    /// <param name="seconds">How long, after a warm-up.</param>
    /// <param name="serves">The backend is a thread of this process too.</param>
    public static Figure Load(string path, bool neverSleeps, int threads, int size, double seconds, bool serves)
    {
        using MappedMemory memory = MappedMemory.OpenFile(path, ChannelLayout.SingleRegion);
        using var stop = new CancellationTokenSource();
        using RingChannel? server = serves ? RingChannel.Create(new(memory.Window), ChannelLayout.Single, RingSide.Remote, _options) : null;
        var backend = new Thread(() => new RingBackend(server!, new() { NeverSleeps = neverSleeps }).Run(stop.Token));
        if (serves)
            backend.Start();
        RingResult attached = RingChannel.TryAttach(new(memory.Window), ChannelLayout.Single, RingSide.Linux, _options, out RingChannel? channel);
        if (attached != RingResult.Ok)
            throw new InvalidOperationException($"the ring answered {attached}");
        using (channel)
        using (var client = new RingClient(channel!) { NeverSleeps = neverSleeps })
        {
            Figure figure = Run(client, threads, size, seconds);
            stop.Cancel();
            if (serves)
                backend.Join();
            return figure;
        }
    }

    private static Figure Run(RingClient client, int threads, int size, double seconds)
    {
        bool measuring = false, stop = false;
        string? failure = null;
        var latencies = new Latencies[threads];
        var all = new Thread[threads];
        for (int i = 0; i < threads; i++)
        {
            Latencies mine = latencies[i] = new Latencies();
            byte[] request = new byte[size], answer = new byte[size];
            new Random(i).NextBytes(request);
            all[i] = new Thread(() =>
            {
                while (!Volatile.Read(ref stop))
                {
                    long start = Stopwatch.GetTimestamp();
                    RingResult result = size > 4088
                        ? client.Transfer(0, request, answer, out int length, out _, _patience)
                        : client.Call(0, request, answer, out length, _patience);
                    if (Volatile.Read(ref measuring))
                        mine.Record(Stopwatch.GetTimestamp() - start);
                    if (result != RingResult.Ok || !answer.AsSpan(0, length).SequenceEqual(request))
                        failure = $"the ring answered {result}, {length} bytes";
                }
            });
            all[i].Start();
        }
        Thread.CurrentThread.Join(TimeSpan.FromSeconds(Math.Min(1, seconds)));
        long begin = Stopwatch.GetTimestamp();
        Volatile.Write(ref measuring, true);
        Thread.CurrentThread.Join(TimeSpan.FromSeconds(seconds));
        Volatile.Write(ref measuring, false);
        double took = Stopwatch.GetElapsedTime(begin).TotalSeconds;
        Volatile.Write(ref stop, true);
        foreach (Thread thread in all)
            thread.Join();
        return failure is null ? Figure.Of("ring", latencies, took) : throw new InvalidOperationException(failure);
    }
}
