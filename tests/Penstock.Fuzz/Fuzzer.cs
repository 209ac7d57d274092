using System;
using Penstock.Simulation;

namespace Penstock.Fuzz;

/// <summary>Feeds a target with mutated inputs.</summary>
public static class Fuzzer
{
    /// <summary>Packets in the life of a stack.</summary>
    public const int Life = 500;

    /// <summary>Runs a parser with inputs; what it throws names the input.</summary>
    /// <exception cref="FuzzException">The target threw, or a claim about it does not hold.</exception>
    public static void Run(FuzzTarget target, ulong seed, long inputs)
    {
        Mutator mutator = new(new Dice(seed));
        for (long i = 0; i < inputs; i++)
        {
            ReadOnlySpan<byte> input = mutator.Next(target.Corpus);
            try
            {
                target.Run(input);
            }
            catch (Exception e)
            {
                throw new FuzzException($"{target.Name}, seed {seed}, input {i}: {Convert.ToHexString(input)}: {e}");
            }
        }
    }

    /// <summary>Runs lives of a stack until so many packets have been given.</summary>
    /// <exception cref="FuzzException">As for a parser.</exception>
    public static StackTally RunStack(ulong seed, long inputs)
    {
        StackTally tally = new();
        for (ulong life = seed; tally.Inputs < inputs; life++)
            tally.Add(StackLife.Run(life, Life));
        return tally;
    }
}
