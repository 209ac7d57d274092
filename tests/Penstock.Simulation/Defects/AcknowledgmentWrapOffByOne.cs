using System.Collections.Generic;
using Penstock.Simulation.Peer;

namespace Penstock.Simulation.Defects;

/// <summary>Past the wrap of sequence numbers, acknowledgments are one short.</summary>
public sealed class AcknowledgmentWrapOffByOne : Defect
{
    /// <inheritdoc/>
    public override IEnumerable<ModelPacket> Output(World world, ModelPacket packet)
    {
        if (packet.Ack < 0x100)
            packet.Ack--;
        return [packet];
    }
}
