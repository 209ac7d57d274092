using System.Collections.Generic;
using Penstock.Simulation.Peer;

namespace Penstock.Simulation.Defects;

/// <summary>A segment before the window, a keep-alive probe say, gets no answer, and a repeated FIN neither.</summary>
public sealed class KeepAliveUnanswered : Defect
{
    private readonly Dictionary<int, uint> _acked = [];

    /// <inheritdoc/>
    public override ModelPacket? Input(ModelPacket packet) =>
        _acked.TryGetValue(packet.Source.Port, out uint acked) && !packet.Has(Bits.Syn) && !packet.Has(Bits.Rst)
        && packet.Length > 0 && (int)(packet.Seq + (uint)packet.Length - acked) <= 0 ? null : packet;

    /// <inheritdoc/>
    public override IEnumerable<ModelPacket> Output(World world, ModelPacket packet)
    {
        _acked[packet.Destination.Port] = packet.Ack;
        return [packet];
    }
}
