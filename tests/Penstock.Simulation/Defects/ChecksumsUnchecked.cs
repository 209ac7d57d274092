namespace Penstock.Simulation.Defects;

/// <summary>A packet with a wrong checksum is taken for a right one.</summary>
public sealed class ChecksumsUnchecked : Defect
{
    /// <inheritdoc/>
    public override bool TrustsChecksums => true;
}
