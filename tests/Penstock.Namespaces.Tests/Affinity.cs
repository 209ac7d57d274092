using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using Penstock.Namespaces.Tests.Scenes;
using Penstock.TestBed;
using Xunit;

namespace Penstock.Namespaces.Tests;

/// <summary>Where the kernel lets the threads of two shards run, on two processors.</summary>
public sealed class Affinity
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [NamespaceFact]
    public void Shards_that_work_without_a_rest_keep_to_processors_of_their_own_until_they_rest()
    {
        using Scene scene = Start("");
        Await(scene, [Two, Two]);

        using (Child moves = scene.StartMoves(scene.Bed.App, Bed.ServerAddress, $"both:40:{1L << 40}"))
            Await(scene, [One, Other]);
        Await(scene, [Two, Two]);
    }

    [NamespaceTheory]
    [InlineData("true")]
    [InlineData("false")]
    public void It_can_be_so_always_or_never(string value)
    {
        using Scene scene = Start($"  enable-cpu-affinity: {value}");
        string[] expected = value == "true" ? [One, Other] : [Two, Two];
        Await(scene, expected);
        scene.Makes(Bed.ServerAddress, "both:40:1000000");
        Assert.Equal(expected, Allowed(scene));
    }

    private static string One => Processors()[0];

    private static string Other => Processors() is [_, var second, ..] ? second : throw new InvalidOperationException("two processors are needed");

    /// <summary>Both, as /proc lists them.</summary>
    private static string Two => int.Parse(Other, CultureInfo.InvariantCulture) == int.Parse(One, CultureInfo.InvariantCulture) + 1
        ? $"{One}-{Other}"
        : $"{One},{Other}";

    /// <summary>Those of this process: "0-3,8" as /proc has them.</summary>
    private static string[] Processors()
    {
        var all = new List<string>();
        foreach (string range in Field(File.ReadAllLines("/proc/self/status"), "Cpus_allowed_list:").Split(','))
        {
            int[] ends = [.. range.Split('-').Select(end => int.Parse(end, CultureInfo.InvariantCulture))];
            for (int i = ends[0]; i <= ends[^1]; i++)
                all.Add(i.ToString(CultureInfo.InvariantCulture));
        }

        return [.. all];
    }

    private static Scene Start(string lines)
    {
        TunnelCommand command = TunnelCommand.UnderTest();
        return new Scene(
            new TunnelSettings { Shards = 2, ThreadingLines = lines }, ProxyChoice.Embedded,
            command with { Program = "taskset", Arguments = ["-c", Two, command.Program, .. command.Arguments] });
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
