using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using Penstock.Namespaces.Tests.Scenes;
using Penstock.TestBed;
using Xunit;

namespace Penstock.Namespaces.Tests;

/// <summary>Where the kernel lets the shards' threads run.</summary>
public sealed class Affinity
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    // As many processors as shards can be kept busy, whatever the machine has.
    private static readonly string Processors = Environment.ProcessorCount > 1 ? "0-1" : "0";
    private static readonly string[] OneEach = Environment.ProcessorCount > 1 ? ["0", "1"] : ["0", "0"];

    [NamespaceFact]
    public void Shards_that_work_without_a_rest_keep_to_processors_of_their_own_until_they_rest()
    {
        using Scene scene = Start("");
        Assert.All(Allowed(scene), list => Assert.Equal(Processors, list));

        using (Child moves = scene.StartMoves(scene.Bed.App, Bed.ServerAddress, $"both:40:{1L << 40}"))
            Await(scene, OneEach);
        Await(scene, [Processors, Processors]);
    }

    [NamespaceTheory]
    [InlineData("true")]
    [InlineData("false")]
    public void It_can_be_so_always_or_never(string value)
    {
        using Scene scene = Start($"  enable-cpu-affinity: {value}");
        string[] expected = value == "true" ? OneEach : [Processors, Processors];
        Await(scene, expected);
        scene.Makes(Bed.ServerAddress, "both:40:1000000");
        Assert.Equal(expected, Allowed(scene));
    }

    private static Scene Start(string lines)
    {
        TunnelCommand command = TunnelCommand.UnderTest();
        return new Scene(
            new TunnelSettings { Shards = 2, ThreadingLines = lines }, ProxyChoice.Embedded,
            command with { Program = "taskset", Arguments = ["-c", Processors, command.Program, .. command.Arguments] });
    }

    private static void Await(Scene scene, string[] expected) => Eventually.Requires(
        string.Join(" and ", expected), Patience, () => Allowed(scene).SequenceEqual(expected), () => string.Join(" and ", Allowed(scene)));

    /// <summary>The processors of each shard, as /proc has them.</summary>
    private static string[] Allowed(Scene scene)
    {
        var lists = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (string thread in Directory.GetDirectories($"/proc/{scene.Tunnel.Pid}/task"))
        {
            string[] status = File.ReadAllLines(Path.Combine(thread, "status"));
            string name = Field(status, "Name:");
            if (name.StartsWith("shard-", StringComparison.Ordinal))
                lists[name] = Field(status, "Cpus_allowed_list:");
        }

        return [.. lists.Values];
    }

    private static string Field(string[] status, string name) =>
        status.Single(line => line.StartsWith(name, StringComparison.Ordinal))[name.Length..].Trim();
}
