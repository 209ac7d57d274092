using System;
using System.Diagnostics;
using System.Globalization;
using System.Threading.Tasks;

namespace Penstock.Fuzz;

/// <summary>Runs every target: <c>--inputs N</c> in all, from <c>--from S</c> on; half of them go to the stack.</summary>
internal static class Program
{
    private const int Slice = 50_000;

    private static int Main(string[] arguments)
    {
        long inputs = Number(arguments, "--inputs", 1_000_000);
        ulong from = (ulong)Number(arguments, "--from", 1);
        Stopwatch watch = Stopwatch.StartNew();
        try
        {
            long each = inputs / 2 / (FuzzTargets.All.Count - 1);
            foreach (FuzzTarget target in FuzzTargets.All)
            {
                if (target.Name == "stack")
                    continue;
                Parallel.For(0L, (each + Slice - 1) / Slice, slice => Fuzzer.Run(target, from + (ulong)slice, Math.Min(Slice, each - slice * Slice)));
                Console.WriteLine($"{target.Name}: {each:N0} inputs, {watch.Elapsed.TotalSeconds:0} s");
            }
            StackTally all = new();
            Parallel.For(0L, (inputs / 2 + Slice - 1) / Slice, slice =>
            {
                StackTally tally = Fuzzer.RunStack((from + (ulong)slice) * 100_000, Slice);
                lock (all)
                    all.Add(tally);
            });
            Console.WriteLine($"stack: {all.Inputs:N0} packets, {100.0 * all.Reached / all.Inputs:0.0} % reached a connection, "
                + $"{all.Established:N0} handshakes, {all.Outputs:N0} packets out, {watch.Elapsed.TotalSeconds:0} s");
            return all.Reached * 2 >= all.Inputs ? 0 : 1;
        }
        catch (AggregateException e)
        {
            Console.WriteLine(e.InnerException?.Message);
            return 1;
        }
    }

    private static long Number(string[] arguments, string name, long otherwise)
    {
        int at = Array.IndexOf(arguments, name);
        return at >= 0 && at + 1 < arguments.Length ? long.Parse(arguments[at + 1], CultureInfo.InvariantCulture) : otherwise;
    }
}
