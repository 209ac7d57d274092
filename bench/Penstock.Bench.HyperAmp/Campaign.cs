using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;

namespace Penstock.Bench.HyperAmp;

/// <summary>The whole run: contenders in turns, medians of the rounds, the bars as ratios.</summary>
/// <param name="reference">The C references' executable.</param>
/// <param name="rounds">Rounds; each contender runs once in each.</param>
/// <param name="seconds">Seconds a contender runs in a round.</param>
/// <param name="full">Every cell of the table, and 1 000 requests of 62 ms with one worker.</param>
internal sealed class Campaign(string reference, int rounds, double seconds, bool full)
{
    private readonly string _path = $"/dev/shm/penstock-bench-{Environment.ProcessId}";
    private readonly Dictionary<string, List<Figure>> _figures = [];

    public int Run()
    {
        try
        {
            for (int round = 0; round < rounds; round++)
            {
                Reference("ring", "ring");
                Penstock("penstock 1 spin", "spin", "spin", 1, 64);
                Reference("original 1 spin", "original", "1", "spin");
                Reference("futex", "futex");
                Penstock("penstock 1 block", "block", "block", 1, 64);
                Penstock("penstock 1 auto", "auto", "auto", 1, 64);
                foreach (string wait in (string[])["spin", "sleep", "yield"])
                    Reference($"original 16 {wait}", "original", "16", wait);
                Penstock("penstock 16 auto", "auto", "auto", 16, 64);
                Penstock("penstock 16 block", "block", "block", 16, 64);
                Console.Error.WriteLine($"round {round + 1} of {rounds}");
            }
            if (full)
                Table();
            Print();
            Bars();
            Workers();
            return new RingCampaign(reference, _path + "-ring", seconds).Run(rounds, Console.Out);
        }
        finally
        {
            File.Delete(_path);
            File.Delete(_path + ".side");
        }
    }

    private void Table()
    {
        foreach (string wait in (string[])["spin", "block", "yield"])
        {
            foreach (int threads in (int[])[1, 4, 8, 16])
            {
                foreach (int size in (int[])[64, 4096, 65536])
                    Penstock($"table {wait} {threads} x {size}", wait, wait, threads, size);
            }
        }
    }

    private void Print()
    {
        Console.WriteLine($"{"",-28}{"req/s",12}{"p50 us",10}{"p99 us",10}{"max us",12}{"fairness",10}");
        foreach (string name in _figures.Keys)
        {
            Figure m = Median(name);
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{name,-28}{m.Rate,12:F0}{m.P50,10:F2}{m.P99,10:F2}{m.Max,12:F1}{m.Fairness,10:F2}"));
        }
    }

    private void Bars()
    {
        Console.WriteLine();
        Bar("1 client spinning, rate over the original's", Median("penstock 1 spin").Rate / Median("original 1 spin").Rate, 0.95, atLeast: true);
        Bar("1 client spinning, p50 over the C ring's", Median("penstock 1 spin").P50 / Median("ring").P50, 1.25, atLeast: false);
        Bar("1 client blocking, p50 over the C futex's", Median("penstock 1 block").P50 / Median("futex").P50, 1.2, atLeast: false);
        double best = Math.Max(Median("original 16 spin").Rate, Math.Max(Median("original 16 sleep").Rate, Median("original 16 yield").Rate));
        Bar("16 clients, rate over the original's best", Median("penstock 16 auto").Rate / best, 1, atLeast: true);
        Bar("16 clients, p99 in ms", Median("penstock 16 auto").P99 / 1000, 1, atLeast: false);
        Bar("16 clients, slowest to fastest thread", Median("penstock 16 auto").Fairness, 0.8, atLeast: true);
    }

    // One worker needs 62 ms a request whatever their number, so without --full its 1 000 are told from its 100.
    private void Workers()
    {
        double hundred = Batch(1, 62, 16, 100);
        double thousand = full ? Batch(1, 62, 16, 1000) : hundred * 10;
        Bar("62 ms handler, 1000 requests, 8 workers over 1", thousand / Batch(8, 62, 16, 1000), 7.8, atLeast: true);
        Bar("62 ms handler, 100 requests, 8 workers over 1", hundred / Batch(8, 62, 16, 100), 7.5, atLeast: true);
        Bar("1 ms of work, 2 workers over 1", Batch(1, 3, 8, 1000) / Batch(2, 3, 8, 1000), 1.8, atLeast: true);
    }

    private static void Bar(string name, double value, double bar, bool atLeast) => Console.WriteLine(string.Create(
        CultureInfo.InvariantCulture,
        $"{name,-50}{value,8:F2}  bar {(atLeast ? ">=" : "<=")} {bar:F2}  {((atLeast ? value >= bar : value <= bar) ? "holds" : "MISSED")}"));

    private void Reference(string name, string verb, params string[] more)
    {
        string[] arguments = [verb, seconds.ToString(CultureInfo.InvariantCulture), .. more];
        Note(name, Child.Output(reference, arguments));
    }

    private void Penstock(string name, string serviceWait, string clientWait, int threads, int size)
    {
        using Child service = Child.Start("taskset", ["-c", Last, Environment.ProcessPath!, "serve", _path, serviceWait, "4"]);
        Note(name, Child.Output("taskset",
            ["-c", "0", Environment.ProcessPath!, "load", _path, clientWait, $"{threads}", $"{size}", seconds.ToString(CultureInfo.InvariantCulture)]));
    }

    private double Batch(int workers, int service, int threads, int requests)
    {
        using Child serving = Child.Start(Environment.ProcessPath!, ["serve", _path, "auto", $"{workers}"]);
        return double.Parse(
            Child.Output(Environment.ProcessPath!, ["batch", _path, $"{service}", $"{threads}", $"{requests}"]), CultureInfo.InvariantCulture);
    }

    private static string Last => $"{Environment.ProcessorCount - 1}";

    private void Note(string name, string line)
    {
        if (!_figures.TryGetValue(name, out List<Figure>? all))
            _figures[name] = all = [];
        all.Add(Figure.Parse(line));
    }

    private Figure Median(string name)
    {
        List<Figure> all = _figures[name];
        double Middle(Func<Figure, double> of)
        {
            double[] values = [.. all.ConvertAll(f => of(f))];
            Array.Sort(values);
            return values[values.Length / 2];
        }
        return new Figure(
            name, Middle(f => f.Rate), Middle(f => f.P50), Middle(f => f.P99), Middle(f => f.Max),
            (long)Middle(f => f.Fairness * 1_000_000), 1_000_000);
    }
}
