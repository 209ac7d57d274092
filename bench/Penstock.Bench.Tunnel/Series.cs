using System.Collections.Generic;
using System.Linq;

namespace Penstock.Bench.Tunnel;

/// <summary>The values of one figure over the rounds.</summary>
internal sealed class Series
{
    public List<double> Values { get; } = [];

    public double Median => MedianOf(Values);

    public double Min => Values.Min();

    public double Max => Values.Max();

    /// <summary>The median of the rounds' quotients: both were measured side by side, so what disturbs one disturbs the other.</summary>
    public double MedianOver(Series other) => MedianOf([.. Values.Zip(other.Values, (mine, theirs) => mine / theirs)]);

    private static double MedianOf(List<double> values)
    {
        double[] sorted = [.. values.Order()];
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }
}
