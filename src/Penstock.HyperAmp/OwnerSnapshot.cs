using Penstock.HyperAmp.Owners;

namespace Penstock.HyperAmp;

/// <summary>An owner at a moment.</summary>
/// <param name="Info">What its slot says.</param>
/// <param name="Alive">True while its lease is held.</param>
/// <param name="Entries">Entries it holds in any way.</param>
/// <param name="Sleepers">Threads that sleep for an answer.</param>
public sealed record OwnerSnapshot(OwnerInfo Info, bool Alive, int Entries, uint Sleepers);
