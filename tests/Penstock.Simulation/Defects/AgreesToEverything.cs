using System.Collections.Generic;
using Penstock.Simulation.Peer;

namespace Penstock.Simulation.Defects;

/// <summary>The SYN-ACK offers what the SYN did not.</summary>
public sealed class AgreesToEverything : Defect
{
    /// <inheritdoc/>
    public override IEnumerable<ModelPacket> Output(World world, ModelPacket packet)
    {
        packet.SackPermitted |= packet.Has(Bits.Syn);
        return [packet];
    }
}
