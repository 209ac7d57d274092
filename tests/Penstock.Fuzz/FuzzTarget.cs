using System;
using System.Collections.Generic;

namespace Penstock.Fuzz;

/// <summary>Something that takes bytes from outside and must survive whatever they are.</summary>
public abstract class FuzzTarget
{
    /// <summary>For reports and for the command line.</summary>
    public abstract string Name { get; }

    /// <summary>The entry points that it calls, as <c>Type.Method</c>.</summary>
    public abstract IReadOnlyList<string> Covers { get; }

    /// <summary>Well-formed inputs to start from.</summary>
    public abstract IReadOnlyList<byte[]> Corpus { get; }

    /// <summary>Takes an input; throws when something that must hold does not.</summary>
    public abstract void Run(ReadOnlySpan<byte> input);

    /// <summary>Throws when a claim does not hold.</summary>
    protected static void Require(bool holds, string claim)
    {
        if (!holds)
            throw new FuzzException(claim);
    }

    /// <summary>Bytes from hexadecimal digits.</summary>
    protected static byte[] Hex(string digits) => Convert.FromHexString(digits.Replace(" ", "", StringComparison.Ordinal));
}
