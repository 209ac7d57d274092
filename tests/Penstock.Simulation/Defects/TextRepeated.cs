namespace Penstock.Simulation.Defects;

/// <summary>Text is handed over twice.</summary>
public sealed class TextRepeated : Defect
{
    /// <inheritdoc/>
    public override bool RepeatsText => true;
}
