using System;
using System.Collections.Generic;
using System.Linq;
using System.Reflection;
using Penstock.Wire.Ip;
using Xunit;
using Xunit.Abstractions;

namespace Penstock.Fuzz.Tests;

/// <summary>A few thousand inputs to each target; <c>eng/ci.sh soak fuzz</c> runs ten million.</summary>
public class FuzzTests(ITestOutputHelper output)
{
    public static TheoryData<string> Targets => new(FuzzTargets.All.Select(target => target.Name));

    [Theory]
    [MemberData(nameof(Targets))]
    public void A_target_takes_what_it_was_made_for(string name)
    {
        FuzzTarget target = FuzzTargets.All.Single(t => t.Name == name);
        Assert.NotEmpty(target.Corpus);
        foreach (byte[] input in target.Corpus)
            target.Run(input);
    }

    [Theory]
    [MemberData(nameof(Targets))]
    public void A_target_survives_a_few_thousand_inputs(string name)
    {
        FuzzTarget target = FuzzTargets.All.Single(t => t.Name == name);
        Fuzzer.Run(target, seed: 1, inputs: name == "stack" ? 50 : 5000);
    }

    [Fact]
    public void At_least_half_of_the_packets_reach_a_connection()
    {
        StackTally tally = Fuzzer.RunStack(seed: 1, inputs: 10_000);
        output.WriteLine($"{tally.Inputs} packets, {tally.Reached} reached a connection, {tally.Established} handshakes, {tally.Outputs} out");
        Assert.True(tally.Reached * 2 >= tally.Inputs, $"{tally.Reached} of {tally.Inputs}");
        Assert.True(tally.Established > 20, $"only {tally.Established} handshakes were completed");
    }

    /// <summary>Whatever reads bytes in the Wire room has a target that calls it.</summary>
    [Fact]
    public void Every_reader_of_bytes_has_a_target()
    {
        HashSet<string> covered = [.. FuzzTargets.All.SelectMany(target => target.Covers)];
        List<string> readers = [];
        foreach (Type type in typeof(IpPacket).Assembly.GetExportedTypes())
        {
            foreach (MethodInfo method in type.GetMethods(BindingFlags.Public | BindingFlags.Static | BindingFlags.Instance | BindingFlags.DeclaredOnly))
            {
                bool reads = method.Name.StartsWith("TryParse", StringComparison.Ordinal) || method.Name.StartsWith("TryRead", StringComparison.Ordinal)
                    || method.Name.StartsWith("Parse", StringComparison.Ordinal);
                bool fromBytes = !method.IsStatic || (method.GetParameters() is [var first, ..] && first.ParameterType == typeof(ReadOnlySpan<byte>));
                if (reads && fromBytes)
                    readers.Add($"{type.Name}.{method.Name}");
            }
        }
        Assert.True(readers.Count > 10, "the search finds no readers");
        Assert.Equal([], readers.Where(reader => !covered.Contains(reader)));
    }
}
