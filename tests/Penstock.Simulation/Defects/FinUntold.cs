namespace Penstock.Simulation.Defects;

/// <summary>The host never hears of the FIN.</summary>
public sealed class FinUntold : Defect
{
    /// <inheritdoc/>
    public override bool DeliversFin => false;
}
