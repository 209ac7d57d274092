using System;

namespace Penstock.Simulation;

/// <summary>Random numbers that a seed decides: the same on every machine and in every run (SplitMix64).</summary>
public sealed class Dice(ulong seed)
{
    private ulong _state = seed;

    /// <summary>What the dice will do from here on, to make equal ones.</summary>
    public ulong Peek => _state;

    /// <summary>64 random bits.</summary>
    public ulong Next()
    {
        ulong z = _state += 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }

    /// <summary>A number from 0 up to, not including, <paramref name="bound"/>.</summary>
    public int Below(int bound) => bound <= 1 ? 0 : (int)(Next() % (ulong)bound);

    /// <summary>A number between two, both included.</summary>
    public int Between(int low, int high) => low + Below(high - low + 1);

    /// <summary>A number between two with every order of magnitude alike.</summary>
    public int Magnitude(int low, int high) =>
        (int)Math.Clamp(Math.Round(Math.Exp(Math.Log(low) + Unit() * (Math.Log(high) - Math.Log(low)))), low, high);

    /// <summary>True in <paramref name="probability"/> of all cases.</summary>
    public bool Chance(double probability) => probability > 0 && Unit() < probability;

    /// <summary>One of several.</summary>
    public T Pick<T>(params ReadOnlySpan<T> choices) => choices[Below(choices.Length)];

    /// <summary>Dice of their own for a part of the world, so that one part's rolls do not shift another's.</summary>
    public Dice Fork() => new(Next());

    private double Unit() => (Next() >> 11) * (1.0 / (1UL << 53));
}
