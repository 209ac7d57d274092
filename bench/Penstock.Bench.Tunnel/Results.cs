using System.Collections.Generic;

namespace Penstock.Bench.Tunnel;

/// <summary>All samples: by load, figure and contender's role.</summary>
internal sealed class Results
{
    /// <summary>The rows in the order in which they first came.</summary>
    public List<(ILoad Load, string Figure)> Rows { get; } = [];

    private readonly Dictionary<(ILoad Load, string Figure, string Role), Series> all = [];

    public void Add(ILoad load, string role, Sample sample)
    {
        foreach ((string figure, double value) in sample.Figures)
        {
            if (!Rows.Contains((load, figure)))
                Rows.Add((load, figure));
            if (!all.TryGetValue((load, figure, role), out Series? series))
                all[(load, figure, role)] = series = new Series();
            series.Values.Add(value);
        }
    }

    /// <summary>Null when this contender did not measure that figure.</summary>
    public Series? Of(ILoad load, string figure, string role) => all.GetValueOrDefault((load, figure, role));
}
