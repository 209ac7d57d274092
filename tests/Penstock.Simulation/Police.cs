using System;
using System.Collections.Generic;
using Penstock.Simulation.Peer;
using Penstock.Simulation.Uplink;

namespace Penstock.Simulation;

/// <summary>Watches every packet that the stack sends for what a correct TCP never does.</summary>
public sealed class Police(World world)
{
    private readonly Dictionary<ModelPeer, Record> _records = [];

    /// <summary>The app's end is open.</summary>
    public void OnOpen(ModelPeer peer) => RecordOf(peer).IsOpen = true;

    /// <summary>A window was announced.</summary>
    public void OnWindow(ModelPeer peer, long edge) => RecordOf(peer).AppEdge = Math.Max(RecordOf(peer).AppEdge, edge);

    /// <summary>The app's end sends.</summary>
    public void OnPeerSends(ModelPeer peer, ModelPacket packet)
    {
        if (packet.Timestamps is { } stamps)
            RecordOf(peer).Stamps.Add(stamps.Value);
    }

    /// <summary>A packet reaches the stack as it was sent.</summary>
    public void OnDelivered(ModelPeer peer, ModelPacket packet)
    {
        Record r = RecordOf(peer);
        r.LastHeard = world.Events.Now;
        r.Repeats.Clear();
        if (!peer.IsOpen)
            return;
        long from = peer.SentPosition(packet.Seq);
        r.Arrived.Add(from, from + packet.Length);
        long acked = peer.ReceivedPosition(packet.Ack);
        if (acked > r.Acked)
            (r.Acked, r.ProgressAt) = (acked, world.Events.Now);
        foreach ((uint left, uint right) in packet.Sack)
        {
            long start = peer.ReceivedPosition(left);
            if (start >= acked)
                r.Told.Add(start, peer.ReceivedPosition(right));
        }
    }

    /// <summary>The host has text: it must be acknowledged before long.</summary>
    public void OnDeliveredToHost(UplinkFlow flow)
    {
        Record r = RecordOf(flow.Peer);
        if (r.IsAckAwaited)
            return;
        r.IsAckAwaited = true;
        long owed = flow.Delivered;
        long patience = 600_000 + world.Plan.Options.AckDelay;
        world.Events.After(patience, () =>
        {
            r.IsAckAwaited = false;
            if (r.AckSent < 1 + owed && flow.Connection is not null && world.Plan.DeviceFull == 0 && flow.Peer.End == PeerEnd.None)
                world.Fail($"flow {flow.Peer.Number}: {1 + owed - r.AckSent} bytes of text lie unacknowledged for {patience} us");
        });
    }

    /// <summary>Time since the stack was last told that something new has arrived: it may give up after 100 s, RFC 9293 (3.8.3).</summary>
    public long TimeWithoutProgress(ModelPeer peer) => world.Events.Now - RecordOf(peer).ProgressAt;

    /// <summary>The stack sends.</summary>
    public void OnStackSends(ModelPeer peer, ModelPacket packet)
    {
        if (packet.Has(Bits.Rst))
            return;
        Record r = RecordOf(peer);
        if (packet.Has(Bits.Syn))
        {
            CheckSynAck(peer, r, packet);
            return;
        }
        bool isGhost = world.Uplink.FlowOf(peer).IsEnded && world.Device.Stack.TryFind(new(packet.Destination, packet.Source), out _);
        if (!peer.IsOpen || isGhost)
            return;
        string? wrong = CheckText(peer, r, packet) ?? CheckAcknowledgment(peer, r, packet) ?? CheckOptions(peer, r, packet);
        if (wrong is not null)
            world.Fail($"flow {peer.Number}: {wrong}: {packet}");
    }

    private void CheckSynAck(ModelPeer peer, Record r, ModelPacket packet)
    {
        bool offersMore = (packet.Scale >= 0 && peer.Plan.WindowScale < 0) || (packet.SackPermitted && !peer.Plan.Sack)
            || (packet.Timestamps is not null && !peer.Plan.Timestamps);
        if (offersMore)
            world.Fail($"flow {peer.Number}: a SYN-ACK agrees to what the SYN did not offer: {packet}");
        if (packet.Scale > 14)
            world.Fail($"flow {peer.Number}: a window scale above 14: {packet}");
        CountRepeat(peer, r, packet, -1);
    }

    private string? CheckText(ModelPeer peer, Record r, ModelPacket packet)
    {
        long from = peer.ReceivedPosition(packet.Seq);
        long to = from + packet.Length;
        UplinkFlow flow = world.Uplink.FlowOf(peer);
        if (packet.Length == 0)
            return null;
        if (packet.Has(Bits.Fin) && (!flow.IsShutdown || to != peer.Download.Length + 2))
            return "a FIN before all text";
        if (from < 1 || to > flow.Sent + (flow.IsShutdown ? 2 : 1))
            return "text that the uplink has not sent";
        if (peer.Download.Mismatch(from - 1, packet.Text) >= 0)
            return "text that is not the uplink's";
        int options = (peer.UsesTimestamps ? 12 : 0) + (packet.Sack.Count > 0 ? 4 + 8 * packet.Sack.Count : 0);
        int mss = peer.Plan.Mss > 0 ? peer.Plan.Mss : peer.Plan.IsV6 ? 1220 : 536;
        if (packet.Text.Length + options > mss)
            return $"a segment larger than the MSS of {mss}";
        bool isProbe = packet.Length == 1 && from <= r.AppEdge;
        if (to > r.AppEdge && !isProbe)
            return $"beyond the window, which ends at {r.AppEdge - to} from there";
        CountRepeat(peer, r, packet, from);
        if (to <= r.TextSent)
        {
            r.Resent += to - from;
            r.ResentTold += r.Told.Overlap(from, Math.Min(to, r.Told.IsEmpty ? to : r.Told.Ranges[^1].To));
            if (peer.UsesSack && r.ResentTold > 8L * mss && r.ResentTold > r.Resent / 3)
                return $"{r.ResentTold} of {r.Resent} retransmitted bytes were reported by SACK before";
        }
        r.TextSent = Math.Max(r.TextSent, to);
        return null;
    }

    private string? CheckAcknowledgment(ModelPeer peer, Record r, ModelPacket packet)
    {
        if (!packet.Has(Bits.Ack))
            return "a segment without ACK";
        UplinkFlow flow = world.Uplink.FlowOf(peer);
        long acked = peer.SentPosition(packet.Ack);
        if (acked > 1 + flow.Delivered + (flow.HasFin ? 1 : 0))
            return $"an acknowledgment of {acked - 1} bytes where {flow.Delivered} were delivered";
        if (acked < r.AckSent)
            return "an acknowledgment that goes back";
        r.AckSent = acked;
        long edge = acked + ((long)packet.Window << peer.TheirScale);
        if (edge + (1L << peer.TheirScale) <= r.StackEdge && !(flow.HasFin && flow.IsShutdown))
            return $"a window that shrinks by {r.StackEdge - edge}";
        r.StackEdge = Math.Max(r.StackEdge, edge);
        bool owesSack = peer.UsesSack && packet.Sack.Count == 0 && world.Plan.Budget > 8 << 20
            && !r.Arrived.IsEmpty && r.Arrived.Ranges[^1].From > acked && r.Arrived.Ranges[^1].From <= peer.Upload.Length;
        r.HasSack |= packet.Sack.Count > 0;
        r.SackOwed += owesSack ? 1 : 0;
        if (r.SackOwed > 20 && !r.HasSack)
            return $"no SACK in {r.SackOwed} segments that could have carried one";
        foreach ((uint left, uint right) in packet.Sack)
        {
            if (!r.Arrived.Contains(peer.SentPosition(left), peer.SentPosition(right)))
                return "a SACK block of what never arrived";
        }
        return null;
    }

    private string? CheckOptions(ModelPeer peer, Record r, ModelPacket packet)
    {
        if (packet.Sack.Count > 0 && !peer.UsesSack)
            return "SACK that was not agreed to";
        if (peer.UsesTimestamps != packet.Timestamps is not null)
            return "timestamps missing, or not agreed to";
        if (packet.Timestamps is not { } stamps)
            return null;
        if (!r.Stamps.Contains(stamps.Echo))
            return "an echo of a timestamp that was never sent";
        if (r.Stamp is { } last && (int)(stamps.Value - last) < 0)
            return "a timestamp that goes back";
        r.Stamp = stamps.Value;
        return null;
    }

    /// <summary>While nothing is heard from the app, the same bytes are sent less and less often: RFC 6298 (5.5).</summary>
    private void CountRepeat(ModelPeer peer, Record r, ModelPacket packet, long from)
    {
        int count = r.Repeats.GetValueOrDefault(from) + 1;
        r.Repeats[from] = count;
        long silence = world.Events.Now - r.LastHeard;
        if (count > 12 && silence < 100_000_000)
            world.Fail($"flow {peer.Number}: sent {count} times within {silence} us of silence: {packet}");
    }

    private Record RecordOf(ModelPeer peer)
    {
        if (!_records.TryGetValue(peer, out Record? record))
            _records[peer] = record = new Record();
        return record;
    }

    /// <summary>What is known of a flow.</summary>
    private sealed class Record
    {
        public HashSet<uint> Stamps { get; } = [];

        public RangeSet Arrived { get; } = new();

        public RangeSet Told { get; } = new();

        public Dictionary<long, int> Repeats { get; } = [];

        public bool IsOpen { get; set; }

        public bool IsAckAwaited { get; set; }

        public long LastHeard { get; set; }

        public long AppEdge { get; set; }

        public long StackEdge { get; set; }

        public long AckSent { get; set; }

        public long Acked { get; set; }

        public long ProgressAt { get; set; }

        public int SackOwed { get; set; }

        public bool HasSack { get; set; }

        public long TextSent { get; set; }

        public long Resent { get; set; }

        public long ResentTold { get; set; }

        public uint? Stamp { get; set; }
    }
}
