using System.Collections.Generic;
using Penstock.Simulation.Peer;
using Penstock.Stack;
using Penstock.Stack.Buffers;
using Penstock.Stack.Tcp;
using Penstock.Wire.Ip;

namespace Penstock.Simulation.Uplink;

/// <summary>The stack's host: hands events to the flow that they belong to, and knows late duplicates for what they are.</summary>
/// <remarks>
/// A SYN that the link has kept back may open a flow again after its end. Such a ghost is accepted like any other; the
/// app answers its SYN-ACK with RST, so it must never become established.
/// </remarks>
public sealed class ModelUplink(World world) : ITcpHost
{
    private readonly Dictionary<FlowKey, UplinkFlow> _flows = [];
    private readonly Dictionary<ModelPeer, UplinkFlow> _byPeer = [];

    /// <summary>Adds the uplink's end of a flow.</summary>
    public void Add(ModelPeer peer, FlowKey flow, Dice dice) => _byPeer[peer] = _flows[flow] = new UplinkFlow(world, peer, dice);

    /// <summary>The uplink's end of a peer's flow.</summary>
    public UplinkFlow FlowOf(ModelPeer peer) => _byPeer[peer];

    /// <summary>True when both ends of a flow are over.</summary>
    public bool IsOver(ModelPeer peer) => (peer.End != PeerEnd.None && _byPeer[peer].IsOver) || _byPeer[peer].IsUnlucky;

    /// <summary>True for a forged reset that hits by chance: any TCP obeys it, RFC 5961 (3.2).</summary>
    public bool IsPerfectForgery(ModelPacket packet) => packet.Has(Bits.Rst)
        && _flows.TryGetValue(new FlowKey(packet.Source, packet.Destination), out UplinkFlow? flow) && packet.Seq == flow.NextFromApp;

    /// <summary>What the uplink's end is doing.</summary>
    public string Describe(ModelPeer peer) => _byPeer[peer].ToString();

    /// <summary>Checks every flow's end.</summary>
    public void CheckEnds()
    {
        foreach (UplinkFlow flow in _flows.Values)
            flow.CheckEnd();
    }

    /// <inheritdoc/>
    public StrangerVerdict OnStranger(in FlowKey flow, bool isOpening, in Lease packet, PacketOffload offload) => StrangerVerdict.Mine;

    /// <inheritdoc/>
    public void OnOpening(TcpConnection connection)
    {
        if (!_flows.TryGetValue(connection.Flow, out UplinkFlow? flow))
        {
            world.Fail($"a flow opened that nobody asked for: {connection.Flow}");
            return;
        }
        if (flow.Connection is not null)
            world.Fail($"flow {flow.Peer.Number}: opened twice");
        bool isGhost = flow.Peer.IsOpen || flow.Peer.End != PeerEnd.None || flow.IsEstablished;
        connection.State = isGhost ? null : flow;
        if (isGhost)
            connection.Accept();
        else
            flow.Opening(connection);
    }

    /// <inheritdoc/>
    public void OnEstablished(TcpConnection connection) => Real(connection)?.Established();

    /// <inheritdoc/>
    public bool OnText(TcpConnection connection, in Lease text)
    {
        if (connection.State is UplinkFlow { IsWithoutMemory: true })
            return false;
        if (Real(connection) is not { } flow || !world.Defect.DeliversText(text))
        {
            text.Release();
            return true;
        }
        if (world.Defect.RepeatsText)
            flow.Text(text.Share());
        flow.Text(text);
        return true;
    }

    /// <inheritdoc/>
    public void OnFin(TcpConnection connection)
    {
        if (world.Defect.DeliversFin)
            Real(connection)?.Fin();
    }

    /// <inheritdoc/>
    public void OnSpace(TcpConnection connection)
    {
        if (world.Defect.DeliversSpace)
            Real(connection)?.Space();
    }

    /// <inheritdoc/>
    public void OnEnd(TcpConnection connection, TcpEnd end)
    {
        if (connection.State is UplinkFlow flow)
            flow.Ended(end);
    }

    private UplinkFlow? Real(TcpConnection connection)
    {
        if (connection.State is UplinkFlow flow && flow.Connection == connection)
            return flow;
        world.Fail(connection.State is null
            ? $"the ghost of {connection.Flow} came to life"
            : $"an event for {connection.Flow} after its end");
        return null;
    }
}
