using System.Collections.Generic;
using Penstock.Simulation.Peer;

namespace Penstock.Simulation.Defects;

/// <summary>A window that was announced is taken back.</summary>
public sealed class WindowShrinks : Defect
{
    private int _count;

    /// <inheritdoc/>
    public override IEnumerable<ModelPacket> Output(World world, ModelPacket packet)
    {
        if (++_count % 5 == 0 && !packet.Has(Bits.Syn))
            packet.Window /= 4;
        return [packet];
    }
}
