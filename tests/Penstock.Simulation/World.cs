using System;
using System.Collections.Generic;
using System.Globalization;
using Penstock.Simulation.Defects;
using Penstock.Simulation.Link;
using Penstock.Simulation.Peer;
using Penstock.Simulation.Plans;
using Penstock.Simulation.Uplink;
using Penstock.Wire.Ip;

namespace Penstock.Simulation;

/// <summary>A stack, its uplink, a link, and the apps beyond it, in virtual time.</summary>
/// <remarks>
/// <code>
///   ModelPeer ==SimulatedLink==> Device --Input--> TcpStack --events--> ModelUplink
///             &lt;=SimulatedLink== (checksums,  &lt;-Output-         &lt;--calls--
///                                segmentation)
///             ^ Police watches both sides of the device
/// </code>
/// One seed decides everything; the same seed gives the same world.
/// </remarks>
public sealed class World
{
    private const long TimeLimit = 1_200_000_000;
    private const long Settling = 150_000_000;
    private const int TraceLimit = 4000;

    private readonly List<ModelPeer> _peers = [];
    private readonly Queue<string>? _trace;
    private readonly SimulatedLink _up;
    private readonly SimulatedLink _down;
    private readonly Attacker _attacker;

    private World(SimulationPlan plan, Defect defect, bool traced)
    {
        Plan = plan;
        Defect = defect;
        _trace = traced ? new Queue<string>() : null;
        Dice dice = new(plan.Seed ^ 0xD1CE);
        Dice secret = dice.Fork();
        StartTime = plan.StartTime;
        if (plan.SequenceWrapAfter > 0)
            StartTime += Device.TimeUntilSequence(plan, secret, Flow(0), (uint)-plan.SequenceWrapAfter, plan.Flows[0]);
        Events.StartAt(StartTime);
        Police = new Police(this);
        _up = new SimulatedLink(Events, plan.Up, dice.Fork());
        _down = new SimulatedLink(Events, plan.Down, dice.Fork());
        _attacker = new Attacker(dice.Fork());
        Uplink = new ModelUplink(this);
        Device = new Device(this, secret, dice.Fork());
        for (int i = 0; i < plan.Flows.Count; i++)
        {
            FlowPlan flow = plan.Flows[i];
            Text upload = new(dice.Next(), flow.Upload);
            Text download = new(dice.Next(), flow.Download);
            ModelPeer peer = new(this, i, flow, Flow(i), upload, download, dice.Fork());
            _peers.Add(peer);
            Uplink.Add(peer, Flow(i), dice.Fork());
        }
    }

    /// <summary>What the seed decided.</summary>
    public SimulationPlan Plan { get; }

    /// <summary>What is wrong with the stack, if anything.</summary>
    public Defect Defect { get; }

    /// <summary>Time and what happens in it.</summary>
    public EventQueue Events { get; } = new();

    /// <summary>When the world began.</summary>
    public long StartTime { get; }

    /// <summary>Who watches what the stack sends.</summary>
    public Police Police { get; }

    /// <summary>The stack's surroundings.</summary>
    public Device Device { get; }

    /// <summary>The stack's host.</summary>
    public ModelUplink Uplink { get; }

    /// <summary>What went wrong; null while nothing has.</summary>
    public string? Failure { get; private set; }

    /// <summary>Packets that the stack has been given.</summary>
    public int PacketsIn { get; set; }

    /// <summary>Runs a seed's world to its end.</summary>
    /// <param name="seed">Any number.</param>
    /// <param name="defect">What to plant; null for nothing.</param>
    /// <param name="traced">Keeps the last few thousand lines of what happened.</param>
    public static Verdict Run(ulong seed, Defect? defect = null, bool traced = false)
    {
        SimulationPlan plan = Planner.FromSeed(seed);
        World world = new(plan, defect ?? new Faithful(), traced);
        try
        {
            world.Run();
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            world.Fail(e.ToString());
        }
        long virtualTime = world.Events.Now - world.StartTime;
        return new Verdict(seed, world.Failure, virtualTime, world.PacketsIn, world._trace is null ? [] : [.. world._trace]);
    }

    /// <summary>Records the first failure; the world stops soon after.</summary>
    public void Fail(string reason)
    {
        if (Failure is null)
            Trace("FAILED: " + reason);
        Failure ??= reason;
    }

    /// <summary>Adds a line to the trace, if one is kept.</summary>
    public void Trace(string line)
    {
        if (_trace is null)
            return;
        if (_trace.Count == TraceLimit)
            _trace.Dequeue();
        _trace.Enqueue(string.Create(CultureInfo.InvariantCulture, $"{(Events.Now - StartTime) / 1e6,12:0.000000} {line}"));
    }

    /// <summary>Adds the arrival of a packet at the stack to the trace.</summary>
    public void TraceArrival(ModelPacket packet, Delivery delivery)
    {
        if (_trace is not null)
            Trace($"   => stack {packet.Source.Port} {packet.Bits} seq {packet.Seq} text {packet.Text.Length} {delivery}");
    }

    /// <summary>A peer's packet sets out for the stack, and what an attacker adds beside it.</summary>
    public void FromPeer(ModelPeer peer, ModelPacket packet)
    {
        Police.OnPeerSends(peer, packet);
        if (_trace is not null)
            Trace("app   -> " + packet);
        _up.Send(packet.Text.Length + 60, delivery => Device.Arrives(packet, delivery, peer));
        if (_attacker.Forge(peer, packet) is { } forged)
        {
            if (_trace is not null)
                Trace("forged-> " + forged);
            _up.Send(forged.Text.Length + 60, delivery => Device.Arrives(forged, delivery, null));
        }
    }

    /// <summary>A packet of the stack sets out for a peer.</summary>
    public void FromStack(ModelPacket packet)
    {
        if (Peer(packet.Destination, packet.Source) is not { } peer)
        {
            Fail("the stack sent a packet to nobody: " + packet);
            return;
        }
        Police.OnStackSends(peer, packet);
        if (_trace is not null)
            Trace("stack -> " + packet);
        _down.Send(packet.Text.Length + 60, delivery =>
        {
            if (delivery == Delivery.Whole && Failure is null)
                peer.Arrives(packet);
        });
    }

    /// <summary>An ICMP error of the stack sets out for a peer.</summary>
    public void UnreachableFromStack(FlowKey flow)
    {
        if (Peer(flow.Source, flow.Destination) is not { } peer)
            Fail($"the stack sent an ICMP error to nobody, about {flow}");
        else
            _down.Send(60, _ => peer.ArrivesUnreachable());
    }

    /// <summary>The device's own address, where all apps are.</summary>
    public static InetAddress Here(bool isV6)
    {
        InetAddress.TryParse(isV6 ? "fd00::1" : "10.0.0.1", out InetAddress here);
        return here;
    }

    private static FlowKey Flow(int number, FlowPlan? plan = null)
    {
        bool isV6 = plan?.IsV6 ?? false;
        InetAddress source = Here(isV6);
        InetAddress.TryParse(isV6 ? "2001:db8::80" : "203.0.113.80", out InetAddress destination);
        return new(new(source, (ushort)(40_000 + number)), new(destination, (ushort)(80 + number)));
    }

    private FlowKey Flow(int number) => Flow(number, Plan.Flows[number]);

    private ModelPeer? Peer(InetEndpoint local, InetEndpoint remote)
    {
        int number = local.Port - 40_000;
        return (uint)number < (uint)_peers.Count && Flow(number) == new FlowKey(local, remote) ? _peers[number] : null;
    }

    private void Run()
    {
        long end = StartTime + TimeLimit;
        long settled = long.MaxValue;
        while (Failure is null)
        {
            long next = Math.Min(Events.NextTime, Device.NextDeadline);
            if (next > Math.Min(end, settled))
                break;
            Events.RunUntil(Math.Max(next, Events.Now));
            Device.Cycle();
            if (settled == long.MaxValue && _peers.TrueForAll(Uplink.IsOver))
                settled = Events.Now + Settling;
            if (settled != long.MaxValue && Device.IsEmpty && Events.NextTime == long.MaxValue)
                break;
        }
        if (Failure is null && settled == long.MaxValue)
            Fail("stalled: " + string.Join("; ", _peers.ConvertAll(Describe)));
        if (Failure is null)
            Uplink.CheckEnds();
        if (Failure is null && !Device.IsEmpty)
            Fail("left behind: " + Device.Leftovers);
    }

    private string Describe(ModelPeer peer) =>
        $"flow {peer.Number} ({peer.Plan.Ending}): app end {peer.End}, received {peer.ReceivedText} of {peer.Download.Length}, "
        + Uplink.Describe(peer);
}
