using System.Collections.Generic;
using Penstock.Simulation.Peer;

namespace Penstock.Simulation.Defects;

/// <summary>Out-of-order text is kept and never reported.</summary>
public sealed class SackNotSent : Defect
{
    /// <inheritdoc/>
    public override IEnumerable<ModelPacket> Output(World world, ModelPacket packet)
    {
        packet.Sack.Clear();
        return [packet];
    }
}
