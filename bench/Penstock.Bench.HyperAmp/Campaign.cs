using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;

namespace Penstock.Bench.HyperAmp;

/// <summary>The whole run: contenders in turns, medians of the rounds, the bars as ratios.</summary>
/// <param name="reference">The C references' executable.</param>
/// <param name="rounds">Rounds; each contender runs once in each.</param>
/// <param name="seconds">Seconds a contender runs in a round.</param>
/// <param name="parts">What to run, see <see cref="Parts"/>.</param>
internal sealed class Campaign(string reference, int rounds, double seconds, string[] parts)
{
    /// <summary>One client; sixteen; workers; 1 000 requests of 62 ms with one worker too; the ring; every cell of the table.</summary>
    public static readonly string[] Parts = ["one", "many", "workers", "long", "ring", "table"];

    // A run of the original that tears its own lists at once is no measurement; so many in a row end the bench.
    private const int MostBrokenRuns = 10;
    private const int BrokenRun = 3;
    private const int Repeats = 3;
    private readonly string _path = $"/dev/shm/penstock-bench-{Environment.ProcessId}";
    private readonly Dictionary<string, List<Figure>> _figures = [];
    private readonly Dictionary<string, int> _broken = [];
    private int _missed;

    public int Run()
    {
        try
        {
            for (int round = 0; round < rounds && (Has("one") || Has("many")); round++)
            {
                if (Has("one"))
                    One();
                if (Has("many"))
                    Many();
                Console.Error.WriteLine($"round {round + 1} of {rounds}");
            }
            Print();
            if (Has("one"))
                BarsOfOne();
            if (Has("many"))
                BarsOfMany();
            if (Has("workers"))
                Workers();
            if (Has("ring"))
                _missed += new RingCampaign(reference, _path + "-ring", seconds).Run(rounds, Console.Out);
            if (Has("table"))
                new Table(_path, seconds).Run(Console.Out);
            return _missed == 0 ? 0 : 1;
        }
        finally
        {
            File.Delete(_path);
            File.Delete(_path + ".side");
        }
    }

    private bool Has(string part) => Array.IndexOf(parts, part) >= 0;

    private void One()
    {
        Reference("ring", "ring");
        Penstock("penstock 1 spin", "spin", 1);
        Reference("original 1 spin", "original", "1", "spin");
        Reference("futex", "futex");
        Penstock("penstock 1 block", "block", 1);
        Penstock("penstock 1 auto", "auto", 1);
    }

    private void Many()
    {
        foreach (string wait in (string[])["spin", "sleep", "yield"])
            Reference($"original 16 {wait}", "original", "16", wait);
        Penstock("penstock 16 auto", "auto", 16);
        Penstock("penstock 16 block", "block", 16);
    }

    private void Print()
    {
        if (_figures.Count == 0)
            return;
        Console.WriteLine($"{"",-28}{"req/s",12}{"p50 us",10}{"p99 us",10}{"max us",12}{"fairness",10}");
        foreach (string name in _figures.Keys)
        {
            Figure m = Median(name);
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{name,-28}{m.Rate,12:F0}{m.P50,10:F2}{m.P99,10:F2}{m.Max,12:F1}{m.Fairness,10:F2}"));
        }
        foreach ((string name, int runs) in _broken)
            Console.WriteLine($"{name}: {runs} of {rounds} runs hung or gave a wrong answer; their figures are of the time until then");
        Console.WriteLine();
    }

    // Ratios are those of one round; the median of the rounds is what a bar is held to.
    private double Ratio(string ours, string theirs, Func<Figure, double> of)
    {
        List<Figure> above = _figures[ours], below = _figures[theirs];
        double[] ratios = new double[above.Count];
        for (int i = 0; i < ratios.Length; i++)
            ratios[i] = of(above[i]) / of(below[i]);
        Array.Sort(ratios);
        return ratios[ratios.Length / 2];
    }

    private void BarsOfOne()
    {
        Bar("1 client spinning, rate over the original's", Ratio("penstock 1 spin", "original 1 spin", f => f.Rate), 0.95, atLeast: true);
        Bar("1 client spinning, p50 over the C ring's", Ratio("penstock 1 spin", "ring", f => f.P50), 1.25, atLeast: false);
        Bar("1 client blocking, p50 over the C futex's", Ratio("penstock 1 block", "futex", f => f.P50), 1.2, atLeast: false);
    }

    private void BarsOfMany()
    {
        string best = "original 16 spin";
        foreach (string other in (string[])["original 16 sleep", "original 16 yield"])
            best = Median(other).Rate > Median(best).Rate ? other : best;
        Bar($"16 clients, rate over {best}", Ratio("penstock 16 auto", best, f => f.Rate), 1, atLeast: true);
        Bar("16 clients, p99 in ms", Median("penstock 16 auto").P99 / 1000, 1, atLeast: false);
        Bar("16 clients, slowest to fastest thread", Median("penstock 16 auto").Fairness, 0.8, atLeast: true);
    }

    // One worker needs 62 ms a request whatever their number, so without "long" its 1 000 are told from its 100.
    private void Workers()
    {
        double hundred = Batch(1, 62, 16, 100);
        double thousand = Has("long") ? Batch(1, 62, 16, 1000) : hundred * 10;
        Bar("62 ms handler, 1000 requests, 8 workers over 1", thousand / Batch(8, 62, 16, 1000), 7.8, atLeast: true);
        Bar("62 ms handler, 100 requests, 8 workers over 1", hundred / Batch(8, 62, 16, 100), 7.5, atLeast: true);
        double[] busy = new double[Repeats], work = new double[Repeats], machine = new double[Repeats];
        for (int i = 0; i < Repeats; i++)
        {
            busy[i] = Batch(1, 3, 8, 1000) / Batch(2, 3, 8, 1000);
            machine[i] = double.Parse(Child.Output(Environment.ProcessPath!, ["scale"]), CultureInfo.InvariantCulture);
            work[i] = Batch(1, 4, 8, 1000) / Batch(2, 4, 8, 1000);
        }
        foreach (double[] values in (double[][])[busy, work, machine])
            Array.Sort(values);
        Bar("1 ms of work, 2 workers over 1", work[Repeats / 2], 1.8, atLeast: true);
        // Two processors of a shared machine do not always do twice the work of one: what they do is told beside it.
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{"the same work, 2 threads without messages over 1",-62}{machine[Repeats / 2],8:F2}  busy for 1 ms by the clock, 2 workers over 1: {busy[Repeats / 2]:F2}"));
    }

    private void Bar(string name, double value, double bar, bool atLeast)
    {
        bool holds = atLeast ? value >= bar : value <= bar;
        _missed += holds ? 0 : 1;
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{name,-62}{value,8:F2}  bar {(atLeast ? ">=" : "<=")} {bar:F2}  {(holds ? "holds" : "MISSED")}"));
    }

    private void Reference(string name, string verb, params string[] more)
    {
        string[] arguments = [verb, seconds.ToString(CultureInfo.InvariantCulture), .. more];
        for (int attempt = 1; ; attempt++)
        {
            (int status, string output) = Child.Run(reference, arguments);
            if (status == 0)
            {
                if (output.Contains("broken=1", StringComparison.Ordinal))
                    _broken[name] = _broken.GetValueOrDefault(name) + 1;
                Note(name, output);
                return;
            }
            if (status != BrokenRun || attempt == MostBrokenRuns)
                throw new IOException($"{name} ended with {status}");
        }
    }

    private void Penstock(string name, string wait, int threads)
    {
        using Child service = Child.Start("taskset", ["-c", Last, Environment.ProcessPath!, "serve", _path, wait, "4"]);
        Note(name, Child.Output("taskset",
            ["-c", "0", Environment.ProcessPath!, "load", _path, wait, $"{threads}", "64", seconds.ToString(CultureInfo.InvariantCulture)]));
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
