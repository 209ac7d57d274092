using System;
using System.Collections.Generic;

namespace Penstock.Simulation;

/// <summary>How a seed's world went.</summary>
/// <param name="Seed">The seed.</param>
/// <param name="Failure">What went wrong; null when nothing did.</param>
/// <param name="VirtualTime">Microseconds that passed in the world.</param>
/// <param name="Packets">Packets that the stack was given.</param>
/// <param name="Trace">The last lines of what happened, if they were kept.</param>
public sealed record Verdict(ulong Seed, string? Failure, long VirtualTime, int Packets, IReadOnlyList<string> Trace)
{
    /// <summary>The failure, how to see it again, and the trace.</summary>
    public override string ToString() => Failure is null
        ? $"seed {Seed}: passed, {Packets} packets in {VirtualTime / 1e6:0.0} s"
        : $"seed {Seed}: {Failure}{Environment.NewLine}replay with PENSTOCK_SEED={Seed}{Environment.NewLine}{string.Join(Environment.NewLine, Trace)}";
}
