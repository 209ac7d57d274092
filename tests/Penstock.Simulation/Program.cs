using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Globalization;
using System.Threading;
using System.Threading.Tasks;

namespace Penstock.Simulation;

/// <summary>Runs seeds: <c>--seeds N</c> of them, from <c>--from S</c> on, on all processors.</summary>
internal static class Program
{
    private const int Shown = 10;

    private static int Main(string[] arguments)
    {
        long seeds = Number(arguments, "--seeds", 1000);
        long from = Number(arguments, "--from", 1);
        int processors = (int)Number(arguments, "--threads", Environment.ProcessorCount);
        Stopwatch watch = Stopwatch.StartNew();
        long packets = 0;
        long done = 0;
        List<ulong> failed = [];
        Parallel.For(from, from + seeds, new ParallelOptions { MaxDegreeOfParallelism = processors }, seed =>
        {
            Verdict verdict = World.Run((ulong)seed);
            Interlocked.Add(ref packets, verdict.Packets);
            lock (failed)
            {
                if (verdict.Failure is not null)
                {
                    failed.Add(verdict.Seed);
                    if (failed.Count <= Shown)
                        Console.WriteLine($"seed {verdict.Seed}: {verdict.Failure}");
                }
                if (++done % 5000 == 0)
                    Console.WriteLine($"{done:N0} seeds, {failed.Count} failed, {watch.Elapsed.TotalSeconds:0} s");
            }
        });
        Console.WriteLine($"{seeds:N0} seeds from {from}: {failed.Count} failed, {packets:N0} packets, {watch.Elapsed.TotalSeconds:0.0} s");
        if (failed.Count == 0)
            return 0;
        failed.Sort();
        Console.WriteLine("failed: " + string.Join(' ', failed.GetRange(0, Math.Min(100, failed.Count))));
        Console.WriteLine(World.Run(failed[0], traced: true));
        return 1;
    }

    private static long Number(string[] arguments, string name, long otherwise)
    {
        int at = Array.IndexOf(arguments, name);
        return at >= 0 && at + 1 < arguments.Length ? long.Parse(arguments[at + 1], CultureInfo.InvariantCulture) : otherwise;
    }
}
