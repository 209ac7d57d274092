namespace Penstock.HyperAmp.Owners;

/// <summary>What an owner slot says about its holder.</summary>
/// <param name="Slot">0 to 63.</param>
/// <param name="Nonce">The number it drew.</param>
/// <param name="Process">Process id, as the holder sees itself.</param>
/// <param name="Kind">What it does.</param>
/// <param name="Since">When it registered: ticks of UTC.</param>
public readonly record struct OwnerInfo(int Slot, uint Nonce, int Process, OwnerKind Kind, ulong Since);
