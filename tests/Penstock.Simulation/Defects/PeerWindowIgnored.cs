using Penstock.Simulation.Peer;

namespace Penstock.Simulation.Defects;

/// <summary>The window that the app announces is taken for a large one.</summary>
public sealed class PeerWindowIgnored : Defect
{
    /// <inheritdoc/>
    public override ModelPacket? Input(ModelPacket packet)
    {
        ModelPacket changed = packet.Copy();
        changed.Window = ushort.MaxValue;
        return changed;
    }
}
