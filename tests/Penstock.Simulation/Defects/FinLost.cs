using System.Collections.Generic;
using Penstock.Simulation.Peer;

namespace Penstock.Simulation.Defects;

/// <summary>The FIN never leaves.</summary>
public sealed class FinLost : Defect
{
    /// <inheritdoc/>
    public override IEnumerable<ModelPacket> Output(World world, ModelPacket packet)
    {
        packet.Bits &= ~Bits.Fin;
        return [packet];
    }
}
