using System.Collections.Generic;
using Penstock.Simulation.Peer;

namespace Penstock.Simulation.Defects;

/// <summary>Text that waits for what is missing before it is acknowledged as if it had been delivered.</summary>
public sealed class AcknowledgesMoreThanKept : Defect
{
    /// <inheritdoc/>
    public override IEnumerable<ModelPacket> Output(World world, ModelPacket packet)
    {
        if (packet.Sack.Count > 0)
            packet.Ack = packet.Sack[0].Right;
        return [packet];
    }
}
