using Penstock.Simulation.Peer;

namespace Penstock.Simulation.Defects;

/// <summary>What the peer reports by SACK never reaches the stack's memory.</summary>
public sealed class SackIgnored : Defect
{
    /// <inheritdoc/>
    public override ModelPacket? Input(ModelPacket packet)
    {
        ModelPacket changed = packet.Copy();
        changed.Sack.Clear();
        return changed;
    }
}
