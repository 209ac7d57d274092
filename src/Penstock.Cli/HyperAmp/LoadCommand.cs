using System;
using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Threading;
using Penstock.HyperAmp;
using Penstock.HyperAmp.Client;
using Penstock.HyperAmp.Configuration;
using Penstock.HyperAmp.Statistics;

namespace Penstock.Cli.HyperAmp;

/// <summary><c>amp load</c>: requests from many threads at a rate or as fast as they go, with latencies and fairness.</summary>
internal static class LoadCommand
{
    public static Command Create()
    {
        Argument<string> region = ZoneTarget.Argument();
        Option<ushort> service = ServiceId.Option(66);
        var threads = new Option<int>("--threads") { Description = "Client threads, 1 to 256", DefaultValueFactory = _ => 1, CustomParser = Number.Whole(1, 256) };
        var size = new Option<int>("--size") { Description = "Bytes of a request", DefaultValueFactory = _ => 64, CustomParser = Number.Whole(0, int.MaxValue) };
        var seconds = new Option<double>("--seconds") { Description = "How long", DefaultValueFactory = _ => 5, CustomParser = Number.Any(0.001, Number.LongestSeconds) };
        var rate = new Option<double>("--rate") { Description = "Requests a second in all; 0 for as many as go", DefaultValueFactory = _ => 0, CustomParser = Number.Any(0, 1e9) };
        var wait = new Option<WaitMode?>("--wait") { Description = "How the threads wait for answers" };
        var quiet = new Option<bool>("--quiet") { Description = "No progress" };
        var command = new Command("load", "Loads a service and shows rate, latencies and fairness.") { region, service, threads, size, seconds, rate, wait, quiet };
        command.SetAction(parsed => ZoneTarget.On("load", parsed.GetValue(region)!, create: false, channel => Run(
            channel, parsed.GetValue(service), parsed.GetValue(threads), parsed.GetValue(size), parsed.GetValue(seconds),
            parsed.GetValue(rate), parsed.GetValue(wait), parsed.GetValue(quiet) ? TextWriter.Null : Console.Error, Console.Out)));
        return command;
    }

    public static int Run(
        ZoneChannel channel, ushort service, int threads, int size, double seconds, double rate, WaitMode? wait,
        TextWriter progress, TextWriter output)
    {
        using ZoneClient client = channel.OpenClient(new ClientOptions { Wait = wait });
        var histograms = new LatencyHistogram[threads];
        var failures = new int[threads];
        bool stop = false;
        var all = new Thread[threads];
        long start = Stopwatch.GetTimestamp();
        double interval = rate == 0 ? 0 : threads * Stopwatch.Frequency / rate;
        for (int i = 0; i < threads; i++)
        {
            int index = i;
            histograms[i] = new LatencyHistogram();
            all[i] = new Thread(() => Send(client, service, size, start, interval, index, threads, histograms[index], ref failures[index], ref stop));
            all[i].Start();
        }
        Watch(histograms, seconds, progress);
        Volatile.Write(ref stop, true);
        foreach (Thread thread in all)
            thread.Join();
        double took = Stopwatch.GetElapsedTime(start).TotalSeconds;
        return Report(histograms, failures, size, took, output);
    }

    private static void Send(
        ZoneClient client, ushort service, int size, long start, double interval, int index, int threads,
        LatencyHistogram histogram, ref int failures, ref bool stop)
    {
        byte[] request = new byte[size], answer = new byte[size];
        new Random(index).NextBytes(request);
        for (long sent = 0; !Volatile.Read(ref stop); sent++)
        {
            long begin = Stopwatch.GetTimestamp();
            if (interval > 0)
            {
                // Latency counts from when the request was due, so that a late one does not hide what made it late.
                long due = start + (long)((sent + ((double)index / threads)) * interval);
                if (due > begin)
                    Linux.Memory.Processor.Nap(Stopwatch.GetElapsedTime(begin, due));
                begin = due;
            }
            CallResult result = client.Call(service, request, answer);
            histogram.Record((long)((Stopwatch.GetTimestamp() - begin) * (1e9 / Stopwatch.Frequency)));
            if (!result.IsSuccess || !AnswerCheck.IsRight(service, request, answer))
                failures++;
        }
    }

    private static void Watch(LatencyHistogram[] histograms, double seconds, TextWriter progress)
    {
        using StopSignal signal = new();
        long start = Stopwatch.GetTimestamp(), before = 0;
        while (true)
        {
            double left = seconds - Stopwatch.GetElapsedTime(start).TotalSeconds;
            if (left <= 0 || signal.Wait(TimeSpan.FromSeconds(Math.Clamp(left, 0.001, 1))))
                return;
            if (Stopwatch.GetElapsedTime(start).TotalSeconds >= seconds)
                return;
            long count = 0;
            foreach (LatencyHistogram histogram in histograms)
                count += histogram.Count;
            progress.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Stopwatch.GetElapsedTime(start).TotalSeconds,6:F1} s {count - before,10} requests"));
            before = count;
        }
    }

    private static int Report(LatencyHistogram[] histograms, int[] failures, int size, double took, TextWriter output)
    {
        var all = new LatencyHistogram();
        long least = long.MaxValue, most = 0, failed = 0;
        for (int i = 0; i < histograms.Length; i++)
        {
            all.Add(histograms[i]);
            least = Math.Min(least, histograms[i].Count);
            most = Math.Max(most, histograms[i].Count);
            failed += failures[i];
        }
        double Microseconds(double share) => all.Percentile(share) / 1000.0;
        output.Write(string.Create(
            CultureInfo.InvariantCulture,
            $"Requests: {all.Count}, failed: {failed}\n"
            + $"Rate: {all.Count / took:F0} req/s, {all.Count * (double)size / took / 1e6:F1} MB/s each way\n"
            + $"Latency us: min {all.Minimum / 1000.0:F2}, p50 {Microseconds(0.5):F2}, p90 {Microseconds(0.9):F2}, p99 {Microseconds(0.99):F2}, p99.9 {Microseconds(0.999):F2}, max {all.Maximum / 1000.0:F2}\n"
            + $"Fairness: slowest thread {least}, fastest {most}, ratio {(most == 0 ? 1 : (double)least / most):F2}\n"));
        return failed == 0 ? 0 : 1;
    }
}
