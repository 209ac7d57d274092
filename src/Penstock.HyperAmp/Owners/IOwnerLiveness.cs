namespace Penstock.HyperAmp.Owners;

/// <summary>Tells whether the process behind an owner slot still lives.</summary>
public interface IOwnerLiveness
{
    /// <summary>True while somebody holds the slot's lease.</summary>
    /// <param name="slot">0 to 63.</param>
    bool IsAlive(int slot);
}
