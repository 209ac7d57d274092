using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using Penstock.TestBed;

namespace Penstock.Bench.Tunnel.Soak;

/// <summary>Something that must not grow.</summary>
/// <param name="Name">What it is, with its unit.</param>
/// <param name="Allowance">By how much the fitted line may rise in a run of any length: what allocators keep and timers delay.</param>
/// <param name="PerHour">By how much it may rise an hour on top of that.</param>
/// <param name="Window">
/// Of each such stretch only the least sample counts: resident memory rises from one collection to the next and falls
/// back, and only the troughs say whether something is kept. Zero: every sample counts.
/// </param>
/// <param name="Of">Its value.</param>
internal sealed record Quantity(string Name, double Allowance, double PerHour, TimeSpan Window, Func<ProcessCost, double> Of)
{
    private const int LeastSamples = 4;

    private readonly List<(double Hours, double Value)> samples = [];
    private long stretch = -1;

    public bool Holds => !IsJudged || Rise <= Limit;

    private bool IsJudged => samples.Count >= LeastSamples;

    private double Hours => samples[^1].Hours - samples[0].Hours;

    private double Limit => Allowance + (PerHour * Hours);

    /// <summary>How much the least-squares line through the samples rises from the first to the last.</summary>
    private double Rise
    {
        get
        {
            double meanHours = samples.Average(sample => sample.Hours);
            double meanValue = samples.Average(sample => sample.Value);
            double covariance = samples.Sum(sample => (sample.Hours - meanHours) * (sample.Value - meanValue));
            double variance = samples.Sum(sample => (sample.Hours - meanHours) * (sample.Hours - meanHours));
            return covariance / variance * Hours;
        }
    }

    public void Add(TimeSpan when, ProcessCost cost)
    {
        (double Hours, double Value) sample = (when.TotalHours, Of(cost));
        long current = Window == TimeSpan.Zero ? stretch + 1 : when.Ticks / Window.Ticks;
        if (current != stretch)
            samples.Add(sample);
        else if (sample.Value < samples[^1].Value)
            samples[^1] = sample;
        stretch = current;
    }

    public string Show(ProcessCost cost) => string.Create(CultureInfo.InvariantCulture, $"{Of(cost):0.#} {Name}");

    public string Verdict() => !IsJudged ? $"{Name}: not judged, the run was shorter than {LeastSamples * Window.TotalMinutes:0} minutes" : string.Create(
        CultureInfo.InvariantCulture,
        $"{Name}: rises by {Rise:0.##} over {Hours:0.###} h, allowed {Limit:0.##}: {(Holds ? "holds" : "TOO MUCH")}");
}
