using System.Globalization;
using Penstock.TestBed;

namespace Penstock.Bench.Tunnel;

/// <summary>One probe at a time: its median and its 99th percentile.</summary>
internal sealed class LatencyLoad(string key, string title, string mode, int port, ProxyKind proxy, int probesPerSecond) : ILoad
{
    public string Key => key;

    public string Title => title;

    public RigKind Rig { get; } = new(8500, proxy);

    public Sample Run(Rig rig, int seconds)
    {
        string[] words = rig.RunClient(rig.Tools.Latency, mode, Bed.ServerAddress, $"{port}", $"{probesPerSecond * seconds}").Split(' ');
        return new Sample
        {
            [Figure.P50] = double.Parse(words[1], CultureInfo.InvariantCulture) / 1000,
            [Figure.P99] = double.Parse(words[5], CultureInfo.InvariantCulture) / 1000,
            [Figure.Failed] = double.Parse(words[9], CultureInfo.InvariantCulture),
        };
    }
}
