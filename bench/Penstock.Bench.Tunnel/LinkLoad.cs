using System;
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
        double[] here = Times(rig, Bed.ServerAddress, seconds), kernel = Times(rig, Tunnel.Rig.LanAddress, seconds);
        return new Sample
        {
            [Figure.Mean] = here.Average(),
            [Figure.KernelsMean] = kernel.Average(),
            [Figure.OverKernel] = here.Average() / kernel.Average(),
            [Figure.Longest] = here.Max(),
        };
    }

    /// <summary>Ten transfers a second asked for, one after the other, in milliseconds; the one before them opens the ways.</summary>
    private double[] Times(Rig rig, string address, int seconds)
    {
        string move = $"{(up ? "upload" : "download")}:1:{bytes}";
        string[] lines = rig.Moves(address, ["upload:1:1000", .. Enumerable.Repeat(move, 10 * seconds)]);
        return [.. lines.Skip(1).Select(line => Milliseconds(line))];
    }

    private static double Milliseconds(string line)
    {
        string[] words = line.Split(' ');
        return words is [_, "ok", var time, "ms"]
            ? double.Parse(time, CultureInfo.InvariantCulture)
            : throw new InvalidOperationException($"a transfer went wrong: {line}");
    }
}
