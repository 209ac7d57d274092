namespace Penstock.HyperAmp.Owners;

/// <summary>A run of payload units that an entry owns.</summary>
/// <param name="First">The first unit.</param>
/// <param name="Units">How many; 0 when the entry owns none.</param>
public readonly record struct PayloadBlock(uint First, uint Units)
{
    /// <summary>True when the run lies within the area.</summary>
    public bool IsWithin(int units) => Units >= 1 && (ulong)First + Units <= (ulong)units;
}
