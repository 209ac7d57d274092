namespace Penstock.Tunnel.Configuration;

/// <summary>What a whole number may be, and what becomes of one that it may not be.</summary>
/// <param name="Default">The value when the key is absent.</param>
/// <param name="Min">Least accepted value.</param>
/// <param name="Max">Greatest accepted value.</param>
internal readonly record struct NumberRule(int Default, int Min, int Max = int.MaxValue)
{
    /// <summary>The value that takes the place of one out of range; null makes it an error.</summary>
    public int? Instead { get; init; }
}
