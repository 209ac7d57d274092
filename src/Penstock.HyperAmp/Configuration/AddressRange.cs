namespace Penstock.HyperAmp.Configuration;

/// <summary>A range of physical addresses.</summary>
/// <param name="Start">The first address.</param>
/// <param name="Length">Bytes.</param>
public readonly record struct AddressRange(ulong Start, int Length)
{
    /// <summary>The first address behind the range.</summary>
    public ulong End => Start + (ulong)Length;

    /// <summary>True when the ranges share an address.</summary>
    public bool Overlaps(AddressRange other) => Start < other.End && other.Start < End;
}
