namespace Penstock.Simulation.Defects;

/// <summary>Deadlines pass unseen.</summary>
public sealed class TimersNeverFire : Defect
{
    /// <inheritdoc/>
    public override bool Polls => false;
}
