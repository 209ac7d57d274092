using System.Collections.Generic;
using Penstock.Simulation.Peer;

namespace Penstock.Simulation.Defects;

/// <summary>Every segment echoes the timestamp of the SYN plus one.</summary>
public sealed class TimestampEchoStale : Defect
{
    private uint _first;

    /// <inheritdoc/>
    public override IEnumerable<ModelPacket> Output(World world, ModelPacket packet)
    {
        if (packet.Timestamps is not { } stamps)
            return [packet];
        if (packet.Has(Bits.Syn))
            _first = stamps.Echo;
        else
            packet.Timestamps = (stamps.Value, _first - 1);
        return [packet];
    }
}
