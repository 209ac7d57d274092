using System.Collections.Generic;
using Penstock.Simulation.Peer;

namespace Penstock.Simulation.Defects;

/// <summary>A reset anywhere near the window ends the flow.</summary>
public sealed class ResetTakenBlindly : Defect
{
    private readonly Dictionary<int, uint> _next = [];

    /// <inheritdoc/>
    public override ModelPacket? Input(ModelPacket packet)
    {
        if (!packet.Has(Bits.Rst) || !_next.TryGetValue(packet.Source.Port, out uint next) || packet.Seq - next > 100_000)
            return packet;
        ModelPacket changed = packet.Copy();
        changed.Seq = next;
        return changed;
    }

    /// <inheritdoc/>
    public override IEnumerable<ModelPacket> Output(World world, ModelPacket packet)
    {
        _next[packet.Destination.Port] = packet.Ack;
        return [packet];
    }
}
