using System;
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
    private const long EachWay = 100 * Megabyte;
    private const int Rounds = 3;
    private const long Endless = 1L << 40;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [NamespaceTheory]
    [InlineData("auto")]
    [InlineData("off")]
    public void A_shard_that_has_seen_a_burst_allocates_nothing_while_a_hundred_megabytes_cross_each_way(string offload)
    {
        using var scene = new Scene(new TunnelSettings { Offload = offload }, ProxyChoice.Embedded);
        // Packet buffers, and the objects that stand for them, are made by the first burst that needs them.
        scene.Makes(Bed.ServerAddress, $"both:8:{4 * Megabyte}");
        using Child move = scene.StartMoves(scene.Bed.App, Bed.ServerAddress, $"both:1:{Endless}");
        scene.WaitUntilCarried(20 * Megabyte);

        // On a busy machine the longest queue may yet be to come: it grows once. What a packet costs would be seen every time.
        long grown = long.MaxValue;
        for (int i = 0; i < Rounds && grown > 0; i++)
        {
            long before = Allocated(scene);
            scene.WaitUntilCarried(2 * EachWay);
            grown = Allocated(scene) - before;
        }

        Assert.True(grown == 0, $"{grown} bytes\n{scene.Tunnel.Output}");
        Assert.False(move.HasExited, move.Output);
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
