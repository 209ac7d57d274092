using System;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Threading;
using Penstock.HyperAmp.Ring;
using Penstock.HyperAmp.Statistics;
using Penstock.Linux.Memory;

namespace Penstock.Bench.HyperAmp;

/// <summary>The ring's two processes: a backend, and loads on it. A load prints one line of key=value.</summary>
internal static class RingRoles
{
    private const int BulkSize = 2 << 20;
    private const int MessageSize = 64;
    private const int WarmCalls = 100_000;
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(10);

    /// <summary>Creates the channel and answers until the parent kills it or its standard input ends.</summary>
    public static int Serve(string path, bool separate, bool neverSleeps)
    {
        using MappedMemory memory = MappedMemory.OpenFile(path, ChannelLayout.SingleRegion);
        using RingChannel channel = RingChannel.Create(new(memory.Window), ChannelLayout.Single, RingSide.Remote, Options(separate));
        using var stop = new CancellationTokenSource();
        var reader = new Thread(() =>
        {
            Console.In.ReadToEnd();
            stop.Cancel();
        })
        { IsBackground = true };
        reader.Start();
        Console.WriteLine("ready");
        new RingBackend(channel, new() { NeverSleeps = neverSleeps }).Run(stop.Token);
        return 0;
    }

    /// <summary>Round trips of 64 bytes.</summary>
    public static string Load(string path, bool separate, double seconds)
    {
        using MappedMemory memory = MappedMemory.OpenFile(path, ChannelLayout.SingleRegion);
        using RingChannel channel = Attach(memory, separate);
        using var client = new RingClient(channel) { NeverSleeps = true };
        var histogram = new LatencyHistogram();
        Span<byte> request = stackalloc byte[MessageSize], answer = stackalloc byte[MessageSize];
        // As many round trips as the compiler takes to be done with the path, however slow the machine is at the moment.
        while (channel.Sender.Sent < WarmCalls)
            Repeat(client, request, answer, 0.1, null);
        long started = Stopwatch.GetTimestamp();
        Repeat(client, request, answer, seconds, histogram);
        double rate = histogram.Count / Stopwatch.GetElapsedTime(started).TotalSeconds;
        return Line("ring", rate, histogram);
    }

    /// <summary>Transfers of 2 MiB there and back; the rate counts the payload once.</summary>
    /// <param name="path">The region.</param>
    /// <param name="separate">Blocks for each direction.</param>
    /// <param name="inPlace">Reads the answer in the window instead of copying it out.</param>
    /// <param name="seconds">How long.</param>
    public static string Bulk(string path, bool separate, bool inPlace, double seconds)
    {
        using MappedMemory memory = MappedMemory.OpenFile(path, ChannelLayout.SingleRegion);
        using RingChannel channel = Attach(memory, separate);
        using var client = new RingClient(channel) { NeverSleeps = true };
        var histogram = new LatencyHistogram();
        byte[] data = GC.AllocateUninitializedArray<byte>(BulkSize), answer = GC.AllocateUninitializedArray<byte>(BulkSize);
        new Random(1).NextBytes(data);
        // Reading in place means for instance to sum up; here a look at both ends says that the answer is there.
        RingBulkReader reader = found =>
        {
            if (found[0] != data[0] || found[^1] != data[found.Length - 1])
                throw new InvalidOperationException("a wrong answer");
        };
        long started = Stopwatch.GetTimestamp(), at = started;
        while (Stopwatch.GetElapsedTime(started).TotalSeconds < seconds)
        {
            // With shared blocks a whole window does not fit when the indices stand before the block it begins with.
            int length = separate ? BulkSize : BulkSize - RingGeometry.StandardBlockSize;
            ReadOnlySpan<byte> sent = data.AsSpan(0, length);
            Check(inPlace
                ? client.Transfer(0, sent, reader, out _, _patience)
                : client.Transfer(0, sent, answer, out _, out _, _patience));
            long now = Stopwatch.GetTimestamp();
            histogram.Record((long)Stopwatch.GetElapsedTime(at, now).TotalNanoseconds);
            at = now;
        }
        return Line(inPlace ? "ring-bulk-in-place" : "ring-bulk", BulkSize / (histogram.Percentile(0.5) * 1e-9), histogram);
    }

    private static void Repeat(RingClient client, Span<byte> request, Span<byte> answer, double seconds, LatencyHistogram? histogram)
    {
        long started = Stopwatch.GetTimestamp(), at = started;
        for (long i = 0; (at - started) < seconds * Stopwatch.Frequency; i++)
        {
            MemoryMarshal.Write(request, i);
            Check(client.Call(0, request, answer, out _, _patience));
            if (MemoryMarshal.Read<long>(answer) != i)
                throw new InvalidOperationException("a wrong answer");
            long now = Stopwatch.GetTimestamp();
            histogram?.Record((long)Stopwatch.GetElapsedTime(at, now).TotalNanoseconds);
            at = now;
        }
    }

    private static RingChannel Attach(MappedMemory memory, bool separate)
    {
        Check(RingChannel.TryAttach(new(memory.Window), ChannelLayout.Single, RingSide.Linux, Options(separate), out RingChannel? channel));
        return channel!;
    }

    private static RingOptions Options(bool separate) => new() { SeparateData = separate };

    private static void Check(RingResult result)
    {
        if (result != RingResult.Ok)
            throw new InvalidOperationException($"the ring answered {result}");
    }

    private static string Line(string name, double rate, LatencyHistogram histogram) => string.Create(
        CultureInfo.InvariantCulture,
        $"name={name} rate={rate:F0} p50={histogram.Percentile(0.5) / 1e3:F3} p99={histogram.Percentile(0.99) / 1e3:F3} max={histogram.Maximum / 1e3:F1} least={histogram.Count} most={histogram.Count}");
}
