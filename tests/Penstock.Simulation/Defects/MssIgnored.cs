using Penstock.Simulation.Peer;

namespace Penstock.Simulation.Defects;

/// <summary>The largest segment is what the device takes, whatever the SYN said.</summary>
public sealed class MssIgnored : Defect
{
    /// <inheritdoc/>
    public override ModelPacket? Input(ModelPacket packet)
    {
        if (!packet.Has(Bits.Syn))
            return packet;
        ModelPacket changed = packet.Copy();
        changed.Mss = 65_000;
        return changed;
    }
}
