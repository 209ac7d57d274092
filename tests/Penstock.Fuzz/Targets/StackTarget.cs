using System;
using System.Collections.Generic;

namespace Penstock.Fuzz.Targets;

/// <summary>The whole stack: the input is the seed of a short life of a few connections.</summary>
public sealed class StackTarget : FuzzTarget
{
    /// <inheritdoc/>
    public override string Name => "stack";

    /// <inheritdoc/>
    public override IReadOnlyList<string> Covers => ["NetworkStack.Input"];

    /// <inheritdoc/>
    public override IReadOnlyList<byte[]> Corpus { get; } = [[1, 0, 0, 0, 0, 0, 0, 0], [2, 0, 0, 0, 0, 0, 0, 0]];

    /// <inheritdoc/>
    public override void Run(ReadOnlySpan<byte> input)
    {
        ulong seed = 0;
        foreach (byte b in input)
            seed = seed * 0x100000001b3 ^ b;
        StackLife.Run(seed, 50);
    }
}
