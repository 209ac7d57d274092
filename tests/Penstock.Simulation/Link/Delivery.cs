namespace Penstock.Simulation.Link;

/// <summary>What became of a packet on its way.</summary>
public enum Delivery
{
    /// <summary>It is as it was.</summary>
    Whole,

    /// <summary>A bit of it is turned over.</summary>
    Corrupted,
}
