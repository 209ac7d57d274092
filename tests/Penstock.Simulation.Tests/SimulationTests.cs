using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using Penstock.Simulation.Defects;
using Xunit;
using Xunit.Abstractions;

namespace Penstock.Simulation.Tests;

/// <summary>
/// The stack in virtual time, between a model of a client and a model of an uplink. Real: the stack. Not real: time, the
/// link, the client, the sockets. <c>PENSTOCK_SEED=n</c> runs one seed and prints what happened in it.
/// </summary>
public class SimulationTests(ITestOutputHelper output)
{
    private const int Seeds = 1000;

    public static TheoryData<string> Defects => new(PlantedDefects.Names);

    [Fact]
    public void No_world_of_a_thousand_goes_wrong()
    {
        if (Environment.GetEnvironmentVariable("PENSTOCK_SEED") is { Length: > 0 } chosen)
        {
            Verdict verdict = World.Run(ulong.Parse(chosen, CultureInfo.InvariantCulture), traced: true);
            output.WriteLine(verdict + Environment.NewLine + string.Join(Environment.NewLine, verdict.Trace));
            Assert.Null(verdict.Failure);
            return;
        }
        long packets = 0;
        List<string> failed = [];
        for (ulong seed = 1; seed <= Seeds; seed++)
        {
            Verdict verdict = World.Run(seed);
            packets += verdict.Packets;
            if (verdict.Failure is not null)
                failed.Add(failed.Count == 0 ? World.Run(seed, traced: true).ToString() : $"seed {seed}: {verdict.Failure}");
        }
        output.WriteLine($"{Seeds} seeds, {packets} packets");
        Assert.True(failed.Count == 0, string.Join(Environment.NewLine, failed.AsEnumerable().Reverse()));
        Assert.True(packets > 50 * Seeds, $"only {packets} packets reached the stack");
    }

    [Theory]
    [MemberData(nameof(Defects))]
    public void A_planted_defect_is_found_within_a_thousand_seeds(string name)
    {
        for (ulong seed = 1; seed <= Seeds; seed++)
        {
            Verdict verdict = World.Run(seed, PlantedDefects.Plant(name));
            if (verdict.Failure is not null)
            {
                output.WriteLine($"seed {seed}: {verdict.Failure}");
                return;
            }
        }
        Assert.Fail($"{name} went unnoticed");
    }

    [Fact]
    public void The_same_seed_makes_the_same_world()
    {
        for (ulong seed = 1; seed <= 20; seed++)
            Assert.Equal(World.Run(seed, traced: true).Trace, World.Run(seed, traced: true).Trace);
    }
}
