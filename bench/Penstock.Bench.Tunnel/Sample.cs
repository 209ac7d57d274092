using System.Collections.Generic;

namespace Penstock.Bench.Tunnel;

/// <summary>What one run of a load measured, figure by figure, in the order it is shown.</summary>
internal sealed class Sample
{
    public List<KeyValuePair<string, double>> Figures { get; } = [];

    public double this[string figure]
    {
        set => Figures.Add(new KeyValuePair<string, double>(figure, value));
    }
}
