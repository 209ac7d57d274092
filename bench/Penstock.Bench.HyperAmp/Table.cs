using System;
using System.Globalization;
using System.IO;

namespace Penstock.Bench.HyperAmp;

/// <summary>The table of contract 8: queue and ring, one process and two, threads, waits and sizes; a run for each cell.</summary>
/// <param name="path">The region.</param>
/// <param name="seconds">Seconds a cell runs.</param>
internal sealed class Table(string path, double seconds)
{
    private static readonly int[] _threads = [1, 4, 8, 16];

    /// <summary>Prints a line for each cell.</summary>
    public void Run(TextWriter output)
    {
        output.WriteLine();
        output.WriteLine($"{"",-36}{"req/s",12}{"p50 us",10}{"p99 us",10}{"max us",12}{"fairness",10}");
        foreach (bool isSolo in (bool[])[false, true])
        {
            foreach (string wait in (string[])["spin", "block", "yield"])
                Cells($"queue {wait}", [64, 4096, 65536], isSolo, "solo", ["serve", path, wait, "4"], (n, size) => ["load", path, wait, $"{n}", $"{size}", Seconds], output);
            foreach (string wait in (string[])["spin", "adaptive"])
                Cells($"ring {wait}", [64, 4080, 65536], isSolo, "ring-solo", ["ring-serve", path + "-ring", "separate", wait], (n, size) => ["ring-many", path + "-ring", wait, $"{n}", $"{size}", Seconds], output);
        }
    }

    private void Cells(
        string name, int[] sizes, bool isSolo, string soloRole, string[] serve, Func<int, int, string[]> load, TextWriter output)
    {
        foreach (int threads in _threads)
        {
            foreach (int size in sizes)
            {
                string[] client = load(threads, size);
                Figure cell = Figure.Parse(isSolo ? Child.Output(Environment.ProcessPath!, [soloRole, .. client[1..]]) : Pair(serve, client));
                output.WriteLine(string.Create(
                    CultureInfo.InvariantCulture,
                    $"{$"{name}, {(isSolo ? "one process" : "two")}, {threads} x {size} B",-36}{cell.Rate,12:F0}{cell.P50,10:F2}{cell.P99,10:F2}{cell.Max,12:F1}{cell.Fairness,10:F2}"));
            }
        }
        File.Delete(path + "-ring");
    }

    private static string Pair(string[] serve, string[] load)
    {
        using Child service = Child.Start("taskset", ["-c", $"{Environment.ProcessorCount - 1}", Environment.ProcessPath!, .. serve]);
        return Child.Output("taskset", ["-c", "0", Environment.ProcessPath!, .. load]);
    }

    private string Seconds => seconds.ToString(CultureInfo.InvariantCulture);
}
