using System;
using System.Collections.Generic;
using System.Globalization;
using System.Text.RegularExpressions;
using Penstock.Namespaces.Tests.Scenes;
using Penstock.TestBed;
using Xunit;

namespace Penstock.Namespaces.Tests;

/// <summary>What the running shards themselves say about the collector's heap, while bytes cross a real TUN.</summary>
public sealed partial class HotPath
{
    private const long Megabyte = 1 << 20;
    private const long Stretch = 40 * Megabyte;
    private const int Stretches = 8;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [NamespaceTheory]
    [InlineData("auto")]
    [InlineData("off")]
    public void A_shard_whose_buffers_have_grown_allocates_nothing_while_bytes_cross(string offload)
    {
        using var scene = new Scene(new TunnelSettings { Offload = offload }, ProxyChoice.Embedded);
        scene.Makes(Bed.ServerAddress, $"both:4:{4 * Megabyte}");
        using Child move = scene.StartMoves(scene.Bed.App, Bed.ServerAddress, $"both:1:{(Stretches + 1) * Stretch / 2}");

        // What grows with the worst moment so far (pools, queues of a connection) may still grow in a stretch; what
        // a packet costs would show in every one of them.
        var spent = new List<long>();
        long before = Allocated(scene);
        while (spent.Count < Stretches && !spent.Contains(0))
        {
            scene.WaitUntilCarried(Stretch);
            long after = Allocated(scene);
            spent.Add(after - before);
            before = after;
        }

        Assert.Contains(0, spent);
        Assert.True(move.WaitForExit(Patience) && move.Status == 0, move.Output);
    }

    /// <summary>Asks by SIGUSR1 and adds up what the shards answer.</summary>
    private static long Allocated(Scene scene)
    {
        int told = Numbers(scene).Count;
        int shards = Environment.ProcessorCount;
        scene.Tunnel.Signal("USR1");
        Eventually.Requires("a summary after SIGUSR1", Patience, () => Numbers(scene).Count >= told + shards, () => scene.Tunnel.Output);
        MatchCollection numbers = Numbers(scene);
        long sum = 0;
        for (int i = told; i < numbers.Count; i++)
            sum += long.Parse(numbers[i].Groups[1].Value, CultureInfo.InvariantCulture);
        return sum;
    }

    private static MatchCollection Numbers(Scene scene) => AllocatedPattern().Matches(scene.Tunnel.Output);

    [GeneratedRegex(@"shard-\d+: .*allocated (\d+)")]
    private static partial Regex AllocatedPattern();
}
