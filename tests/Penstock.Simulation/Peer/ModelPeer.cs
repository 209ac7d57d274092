using System;
using Penstock.Simulation.Plans;
using Penstock.Wire.Ip;

namespace Penstock.Simulation.Peer;

/// <summary>A TCP client, written against the RFCs and not against the stack: the app's end of a flow.</summary>
/// <remarks>
/// It keeps positions instead of sequence numbers: 64 bits that never wrap, 0 for the SYN, 1 for the first byte of
/// text, one more for the FIN. It is correct where the plan does not ask it to be odd, and simple: go-back-N with what
/// SACK says left out.
/// </remarks>
public sealed partial class ModelPeer
{
    private const int MaxRto = 8_000_000;
    private const int SynTries = 9;

    private readonly World _world;
    private readonly Dice _dice;
    private readonly InetEndpoint _local;
    private readonly InetEndpoint _remote;
    private bool _isOpen;
    private int _synTries;
    private bool _usesScale;
    private bool _usesSack;
    private bool _usesTimestamps;
    private int _theirScale;
    private uint _irs;
    private uint _recentStamp;
    private long _lastHeard;

    /// <summary>A client that opens its flow when the plan says so.</summary>
    public ModelPeer(World world, int number, FlowPlan plan, FlowKey flow, Text upload, Text download, Dice dice)
    {
        _world = world;
        _dice = dice;
        Number = number;
        Plan = plan;
        Upload = upload;
        Download = download;
        _local = flow.Source;
        _remote = flow.Destination;
        _mss = plan.Mss > 0 ? plan.Mss : 536;
        world.Events.After(plan.OpensAt, Open);
    }

    /// <summary>Which flow of the world.</summary>
    public int Number { get; }

    /// <summary>What it is meant to do.</summary>
    public FlowPlan Plan { get; }

    /// <summary>App to uplink.</summary>
    public Text Upload { get; }

    /// <summary>Uplink to app.</summary>
    public Text Download { get; }

    /// <summary>How it ended.</summary>
    public PeerEnd End { get; private set; }

    /// <summary>True from the SYN until a SYN-ACK.</summary>
    public bool IsOpening => !_isOpen && _synTries > 0 && End == PeerEnd.None;

    /// <summary>No answer to the last SYN either.</summary>
    public bool HasGivenUp => !_isOpen && _synTries > SynTries;

    /// <summary>True once a SYN-ACK has come.</summary>
    public bool IsOpen => _isOpen;

    /// <summary>The stack's initial sequence number, once open.</summary>
    public uint Irs => _irs;

    /// <summary>SACK is in use.</summary>
    public bool UsesSack => _usesSack;

    /// <summary>Timestamps are in use.</summary>
    public bool UsesTimestamps => _usesTimestamps;

    /// <summary>Shift of the windows that the stack announces.</summary>
    public int TheirScale => _theirScale;

    /// <summary>Position of a sequence number in the app's direction.</summary>
    public long SentPosition(uint number) => _max + (int)(number - Plan.Iss - (uint)_max);

    /// <summary>Position of a sequence number in the stack's direction.</summary>
    public long ReceivedPosition(uint number) => _received + (int)(number - _irs - (uint)_received);

    /// <summary>A packet from the link, its checksums already found right.</summary>
    public void Arrives(ModelPacket packet)
    {
        if (End == PeerEnd.Closed)
        {
            if (packet.Length > 0 && !packet.Has(Bits.Rst))
                SendAck(); // TIME-WAIT or a late duplicate
            return;
        }
        if (End != PeerEnd.None)
        {
            AnswerFromTheGrave(packet);
            return;
        }
        _lastHeard = _world.Events.Now;
        if (!_isOpen)
        {
            ArrivesInSynSent(packet);
            return;
        }
        if (packet.Has(Bits.Syn))
        {
            if (packet.Seq == _irs)
                SendAck(); // the acknowledgment of the SYN-ACK was lost
            else
                Send(new ModelPacket { Bits = Bits.Rst, Seq = packet.Ack });
            return;
        }
        if (_usesTimestamps && packet.Timestamps is { } stamps && (int)(stamps.Value - _recentStamp) < 0 && !packet.Has(Bits.Rst))
        {
            SendAck(); // RFC 7323 (5.3) R1
            return;
        }
        if (packet.Has(Bits.Rst))
        {
            long position = ReceivedPosition(packet.Seq);
            if (position >= _received && position <= Math.Max(_received, _announced))
                Finish(HasFin && _finSent ? PeerEnd.Closed : PeerEnd.Reset); // in LAST-ACK and CLOSING nothing is lost by it
            return;
        }
        if (!TakeAcknowledgment(packet))
            return;
        TakeText(packet);
        if (End == PeerEnd.None)
            Pump();
        CheckClosed();
    }

    /// <summary>ICMP destination unreachable for this flow.</summary>
    public void ArrivesUnreachable()
    {
        if (IsOpening)
            Finish(PeerEnd.Unreachable);
    }

    private void Open()
    {
        if (_synTries++ == 0 && Plan.KeepAlive > 0)
            _world.Events.After(Plan.KeepAlive, KeepAlive);
        if (_isOpen || End != PeerEnd.None || _synTries > SynTries)
            return;
        ModelPacket syn = new()
        {
            Bits = Bits.Syn,
            Seq = Plan.Iss,
            Mss = Plan.Mss,
            Scale = Plan.WindowScale,
            SackPermitted = Plan.Sack,
            Window = (ushort)Math.Min(65535, Plan.ReceiveBuffer),
            Timestamps = Plan.Timestamps ? (Stamp(), 0) : null,
        };
        _max = Math.Max(_max, 1);
        _nxt = Math.Max(_nxt, 1);
        _announced = Math.Max(_announced, 1 + syn.Window);
        if (Plan.TextOnSyn && Upload.Length > 0)
        {
            syn.Text = new byte[(int)Math.Min(Upload.Length, 100)];
            Upload.Fill(0, syn.Text);
            _max = 1 + syn.Text.Length;
        }
        Send(syn);
        _world.Events.After(Math.Min(1_000_000L << (_synTries - 1), 8_000_000), Open);
    }

    private void ArrivesInSynSent(ModelPacket packet)
    {
        long acked = packet.Has(Bits.Ack) ? SentPosition(packet.Ack) : -1;
        if (packet.Has(Bits.Rst))
        {
            if (acked >= 1 && acked <= _max)
                Finish(PeerEnd.Reset);
            return;
        }
        if (!packet.Has(Bits.Syn | Bits.Ack))
            return;
        if (acked < 1 || acked > _max)
        {
            Send(new ModelPacket { Bits = Bits.Rst, Seq = packet.Ack });
            return;
        }
        _isOpen = true;
        _irs = packet.Seq;
        _received = 1;
        _usesScale = Plan.WindowScale >= 0 && packet.Scale >= 0;
        _theirScale = _usesScale ? packet.Scale : 0;
        _usesSack = Plan.Sack && packet.SackPermitted;
        _usesTimestamps = Plan.Timestamps && packet.Timestamps is not null;
        _recentStamp = packet.Timestamps?.Value ?? 0;
        _mss = Math.Min(_mss, packet.Mss > 0 ? packet.Mss : 536) - (_usesTimestamps ? 12 : 0);
        _una = _nxt = acked;
        _edge = 1 + packet.Window;
        _announced = 1 + Math.Min(65535, Plan.ReceiveBuffer);
        _world.Police.OnOpen(this);
        StartGame();
        if (Plan.Ending == FlowEnding.AppAborts && Upload.Length == 0)
        {
            Abort();
            return;
        }
        Pump();
        if (_max == 1)
            SendAck();
    }

    private void AnswerFromTheGrave(ModelPacket packet)
    {
        if (packet.Has(Bits.Rst))
            return;
        if (packet.Has(Bits.Ack))
            Send(new ModelPacket { Bits = Bits.Rst, Seq = packet.Ack });
        else
            Send(new ModelPacket { Bits = Bits.Rst | Bits.Ack, Ack = packet.Seq + (uint)packet.Length });
    }

    private void Abort()
    {
        Send(new ModelPacket { Bits = Bits.Rst | Bits.Ack, Seq = Plan.Iss + (uint)_max, Ack = _irs + (uint)_received });
        Finish(PeerEnd.Aborted);
    }

    private void CheckClosed()
    {
        if (End == PeerEnd.None && _finAt >= 0 && _received > _finAt && _finSent && _una > FinPosition)
            Finish(PeerEnd.Closed);
    }

    private void Finish(PeerEnd end)
    {
        End = end;
        _world.Trace($"flow {Number}: the app's end is {end}");
    }

    private void KeepAlive()
    {
        if (End != PeerEnd.None)
            return;
        if (_isOpen && _una == _max && _world.Events.Now - _lastHeard >= Plan.KeepAlive)
        {
            // RFC 1122 (4.2.3.6): a number before the window, and perhaps a byte of garbage there
            ModelPacket probe = Bare(Bits.Ack);
            probe.Seq = Plan.Iss + (uint)(_max - 1);
            probe.Text = _dice.Chance(0.5) ? [0x5a] : [];
            Send(probe);
        }
        _world.Events.After(Plan.KeepAlive, KeepAlive);
    }

    private uint Stamp() => Plan.FirstTimestamp + (uint)((_world.Events.Now - _world.StartTime) / 1000);

    private void Send(ModelPacket packet)
    {
        packet.Source = _local;
        packet.Destination = _remote;
        _world.FromPeer(this, packet);
    }
}
