using System.Collections.Generic;
using Penstock.Simulation.Peer;

namespace Penstock.Simulation.Defects;

/// <summary>Text that is sent again is taken from one byte further on.</summary>
public sealed class RetransmitsFromWrongOffset : Defect
{
    private readonly Dictionary<int, uint> _sent = [];

    /// <inheritdoc/>
    public override IEnumerable<ModelPacket> Output(World world, ModelPacket packet)
    {
        uint end = packet.Seq + (uint)packet.Text.Length;
        bool isAgain = _sent.TryGetValue(packet.Destination.Port, out uint sent) && (int)(end - sent) <= 0;
        if (!isAgain)
            _sent[packet.Destination.Port] = end;
        else if (packet.Text.Length > 1)
            packet.Text = [.. packet.Text[1..], 0];
        return [packet];
    }
}
