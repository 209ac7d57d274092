using System.Collections.Generic;
using Penstock.Simulation.Peer;

namespace Penstock.Simulation.Defects;

/// <summary>The app's FIN is not counted in the acknowledgment.</summary>
public sealed class FinNotAcknowledged : Defect
{
    private readonly Dictionary<int, uint> _ends = [];

    /// <inheritdoc/>
    public override ModelPacket? Input(ModelPacket packet)
    {
        if (packet.Has(Bits.Fin))
            _ends[packet.Source.Port] = packet.Seq + (uint)packet.Length;
        return packet;
    }

    /// <inheritdoc/>
    public override IEnumerable<ModelPacket> Output(World world, ModelPacket packet)
    {
        if (_ends.TryGetValue(packet.Destination.Port, out uint end) && packet.Ack == end)
            packet.Ack--;
        return [packet];
    }
}
