using System.Collections.Generic;
using Penstock.Simulation.Peer;

namespace Penstock.Simulation.Defects;

/// <summary>A segment that crosses the wrap of sequence numbers starts one too far.</summary>
public sealed class SequenceWrapOffByOne : Defect
{
    /// <inheritdoc/>
    public override IEnumerable<ModelPacket> Output(World world, ModelPacket packet)
    {
        if (packet.Seq + (uint)packet.Text.Length < packet.Seq)
            packet.Seq++;
        return [packet];
    }
}
