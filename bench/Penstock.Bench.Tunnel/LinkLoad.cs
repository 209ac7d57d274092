using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using Penstock.TestBed;

namespace Penstock.Bench.Tunnel;

/// <summary>
/// A client behind a link that loses, reorders or delays: how long a transfer takes through the tunnel, beside one that ends
/// in the kernel's own TCP at the tunnel's place.
/// </summary>
/// <param name="key">Its key.</param>
/// <param name="title">What the link does.</param>
/// <param name="up">The client sends; the tunnel's TCP receives.</param>
/// <param name="bytes">A transfer's size.</param>
/// <param name="link">What the link does, as `delayed_link` takes it.</param>
internal sealed class LinkLoad(string key, string title, bool up, int bytes, string link) : ILoad
{
    public string Key => $"{key}-{(up ? "up" : "down")}";

    public string Title => $"{(up ? "upload" : "download")} of {bytes / 1024} KB, {title}";

    public RigKind Rig { get; } = new(1500, ProxyKind.ReferenceRelay, Link: link);

    public Sample Run(Rig rig, int seconds)
    {
        (double mean, double longest, int failed) = Transfers(rig, Bed.ServerAddress, seconds);
        (double kernelsMean, _, _) = Transfers(rig, LocalNetwork.HostAddress, seconds);
        return new Sample
        {
            [Figure.Mean] = mean,
            [Figure.KernelsMean] = kernelsMean,
            [Figure.OverKernel] = mean / kernelsMean,
            [Figure.Longest] = longest,
            [Figure.Failed] = failed,
        };
    }

    /// <summary>Ten transfers a second asked for, one after the other, in milliseconds; one before them opens the ways.</summary>
    private (double Mean, double Longest, int Failed) Transfers(Rig rig, string address, int seconds)
    {
        string move = $"{(up ? "upload" : "download")}:1:{bytes}";
        int count = 10 * seconds;
        var times = new List<double>();
        foreach (string line in rig.Moves(address, ["upload:1:1000", .. Enumerable.Repeat(move, count)]).Skip(1))
        {
            if (line.Split(' ') is [_, "ok", var time, "ms"])
                times.Add(double.Parse(time, CultureInfo.InvariantCulture));
        }

        return (times.DefaultIfEmpty(double.NaN).Average(), times.DefaultIfEmpty(double.NaN).Max(), count - times.Count);
    }
}
