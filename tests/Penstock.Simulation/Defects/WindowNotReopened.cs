namespace Penstock.Simulation.Defects;

/// <summary>What the host has used up is not given back to the window.</summary>
public sealed class WindowNotReopened : Defect
{
    /// <inheritdoc/>
    public override int Consumed(int bytes) => 0;
}
