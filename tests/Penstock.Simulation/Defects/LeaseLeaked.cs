namespace Penstock.Simulation.Defects;

/// <summary>A lease is held once more than it is released.</summary>
public sealed class LeaseLeaked : Defect
{
    /// <inheritdoc/>
    public override bool LeaksText => true;
}
