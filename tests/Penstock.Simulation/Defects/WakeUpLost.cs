namespace Penstock.Simulation.Defects;

/// <summary>After the first time, the host is not told of space in the send buffer.</summary>
public sealed class WakeUpLost : Defect
{
    private int _told;

    /// <inheritdoc/>
    public override bool DeliversSpace => _told++ == 0;
}
