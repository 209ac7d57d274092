using System.Collections.Generic;
using Penstock.Simulation.Peer;

namespace Penstock.Simulation.Defects;

/// <summary>The retransmission timer starts over with the same time, however often it has fired.</summary>
public sealed class RtoNeverBacksOff : Defect
{
    private const int Again = 200_000;

    /// <inheritdoc/>
    public override IEnumerable<ModelPacket> Output(World world, ModelPacket packet)
    {
        if (packet.Text.Length > 0 && packet.Timestamps is null) // a repeated timestamp would give it away
            world.Events.After(Again, () => Repeat(world, packet, world.PacketsIn, 0));
        return [packet];
    }

    private static void Repeat(World world, ModelPacket packet, int heard, int times)
    {
        if (world.PacketsIn != heard || world.Failure is not null || times == 60)
            return;
        world.FromStack(packet);
        world.Events.After(Again, () => Repeat(world, packet, heard, times + 1));
    }
}
