using System;
using System.Collections.Generic;
using System.Globalization;

namespace Penstock.Bench.HyperAmp;

/// <summary>What one cell of the table measured.</summary>
/// <param name="Name">Contender.</param>
/// <param name="Rate">Requests a second, or bytes a second.</param>
/// <param name="P50">Microseconds.</param>
/// <param name="P99">Microseconds.</param>
/// <param name="Max">Microseconds.</param>
/// <param name="Least">Requests of the slowest thread.</param>
/// <param name="Most">Requests of the fastest.</param>
internal sealed record Figure(string Name, double Rate, double P50, double P99, double Max, long Least, long Most)
{
    /// <summary>Slowest to fastest thread.</summary>
    public double Fairness => Most == 0 ? 1 : (double)Least / Most;

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"name={Name} rate={Rate:F0} p50={P50:F2} p99={P99:F2} max={Max:F1} least={Least} most={Most}");

    /// <summary>Sums up what so many threads have measured.</summary>
    public static Figure Of(string name, Latencies[] threads, double seconds)
    {
        Latencies total = new();
        long least = long.MaxValue, most = 0;
        foreach (Latencies one in threads)
        {
            total.Add(one);
            least = Math.Min(least, one.Count);
            most = Math.Max(most, one.Count);
        }
        return new Figure(name, total.Count / seconds, total.At(0.5), total.At(0.99), total.Maximum / 1000.0, least, most);
    }

    /// <summary>Reads a line of key=value.</summary>
    public static Figure Parse(string line)
    {
        Dictionary<string, string> keys = [];
        foreach (string part in line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            int equals = part.IndexOf('=', StringComparison.Ordinal);
            if (equals > 0)
                keys[part[..equals]] = part[(equals + 1)..].TrimEnd();
        }
        double Number(string key) => keys.TryGetValue(key, out string? text)
            ? double.Parse(text, CultureInfo.InvariantCulture) : 0;
        return new Figure(
            keys.GetValueOrDefault("name", "?"), Number("rate"), Number("p50"), Number("p99"), Number("max"),
            (long)Number("least"), (long)Number("most"));
    }
}
