using Penstock.Stack.Buffers;

namespace Penstock.Simulation.Defects;

/// <summary>One text of many is acknowledged and never handed over.</summary>
public sealed class TextLost : Defect
{
    private int _count;

    /// <inheritdoc/>
    public override bool DeliversText(in Lease text) => ++_count != 7;
}
