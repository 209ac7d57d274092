namespace Penstock.Simulation.Defects;

/// <summary>A buffer goes back to its pool while the host still reads it.</summary>
public sealed class LeaseReleasedEarly : Defect
{
    /// <inheritdoc/>
    public override bool ReleasesTextEarly => true;
}
