using System.Globalization;
using Penstock.TestBed;

namespace Penstock.Bench.Tunnel;

/// <summary>DNS queries, one at a time: the time to the answer, beside that of a client that has an association already.</summary>
/// <param name="key">Its key.</param>
/// <param name="title">Its title.</param>
/// <param name="mode">"ask" for a socket a query, "again" for one socket.</param>
/// <param name="isMapped">The tunnel answers; otherwise the server behind the proxy.</param>
/// <param name="delay">Milliseconds between tunnel and proxy, each way; the client without a tunnel has them as well.</param>
/// <param name="proxy">What the tunnel relays to.</param>
internal sealed class QueryLoad(
    string key, string title, string mode, bool isMapped = false, double delay = 0, ProxyKind proxy = ProxyKind.Datagrams) : ILoad
{
    private const string ResolverAddress = "10.20.0.53";
    private const int QueriesPerSecond = 150;

    public string Key => key;

    public string Title => title;

    public RigKind Rig { get; } = new(1500, proxy, DelayMilliseconds: delay, Sections: isMapped
        ? $"mapdns:\n  address: {ResolverAddress}\n  port: 53\n  network: 100.64.0.0\n  netmask: 255.192.0.0\n  cache-size: 10000"
        : "");

    public Sample Run(Rig rig, int seconds)
    {
        string count = $"{QueriesPerSecond * seconds}";
        string[] words = rig.RunClient(rig.Tools.Datagrams, mode, isMapped ? ResolverAddress : Bed.ServerAddress, "53", count).Split(' ');
        string[] direct = rig.RunClient(rig.Tools.Datagrams, "direct", Bed.ServerAddress, "53", count, Bed.NetAddress, "1080").Split(' ');
        double median = Number(words[1]), reference = Number(direct[1]);
        var sample = new Sample
        {
            [Figure.P50] = median / 1000,
            [Figure.P99] = Number(words[3]) / 1000,
            [Figure.Failed] = Number(words[5]),
        };
        if (!isMapped)
            sample[Figure.OverDirect] = median / reference;
        return sample;
    }

    private static double Number(string word) => double.Parse(word, CultureInfo.InvariantCulture);
}
