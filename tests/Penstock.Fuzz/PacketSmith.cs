using Penstock.Simulation;
using Penstock.Simulation.Peer;
using Penstock.Stack;

namespace Penstock.Fuzz;

/// <summary>Builds packets around what the stack has last said about each flow.</summary>
public sealed class PacketSmith(Dice dice, int flows)
{
    private readonly View[] _views = new View[flows];
    private uint _clock = (uint)dice.Next();

    /// <summary>Takes note of a packet that the stack wrote.</summary>
    public void Note(ModelPacket packet)
    {
        int flow = packet.Destination.Port - 40_000;
        if ((uint)flow >= (uint)_views.Length)
            return;
        ref View view = ref _views[flow];
        if (packet.Has(Bits.Rst))
        {
            view = default;
            return;
        }
        view.IsLive = true;
        view.Next = packet.Ack;
        view.Una = packet.Has(Bits.Syn) ? packet.Seq + 1 : view.Una;
        view.End = packet.Seq + (uint)packet.Length;
        view.Stamp = packet.Timestamps?.Value ?? view.Stamp;
        view.UsesStamps = packet.Timestamps is not null;
    }

    /// <summary>The next packet.</summary>
    public byte[] Next(out PacketOffload offload)
    {
        int number = dice.Below(_views.Length);
        ref View view = ref _views[number];
        ModelPacket packet = new() { Source = StackLife.Flow(number).Source, Destination = StackLife.Flow(number).Destination };
        if (!view.IsLive || dice.Chance(0.02))
            Open(packet);
        else
            Continue(packet, ref view);
        bool isTrusted = dice.Chance(0.6);
        int size = packet.Text.Length > 600 && isTrusted ? dice.Pick(0, 536, 1448, 1) : 0;
        offload = new PacketOffload(isTrusted, size);
        return packet.Write();
    }

    private void Open(ModelPacket packet)
    {
        packet.Bits = dice.Chance(0.9) ? Bits.Syn : (Bits)dice.Below(256);
        packet.Seq = dice.Chance(0.5) ? (uint)dice.Between(-200, 0) : (uint)dice.Next();
        packet.Window = (ushort)dice.Next();
        packet.Mss = dice.Pick(0, 1, 88, 536, 1460, 65535);
        packet.Scale = dice.Pick(-1, 0, 7, 14, 15, 255);
        packet.SackPermitted = dice.Chance(0.8);
        packet.Timestamps = dice.Chance(0.8) ? ((uint)dice.Next(), 0) : null;
        packet.Text = dice.Chance(0.1) ? Text(100) : [];
    }

    private void Continue(ModelPacket packet, ref View view)
    {
        packet.Bits = dice.Below(20) switch
        {
            0 => (Bits)dice.Below(256),
            1 => Bits.Fin | Bits.Ack,
            2 => dice.Chance(0.3) ? Bits.Rst : Bits.Rst | Bits.Ack,
            3 => Bits.Syn | (dice.Chance(0.5) ? Bits.Ack : Bits.None),
            4 => Bits.Ack | Bits.Ece,
            _ => Bits.Ack,
        };
        packet.Seq = view.Next + dice.Below(10) switch
        {
            0 => (uint)dice.Between(-3000, 3000),
            1 => (uint)dice.Between(1, 70_000),
            2 => (uint)dice.Next(),
            3 => uint.MaxValue,
            _ => 0u,
        };
        packet.Ack = dice.Below(10) switch
        {
            0 => view.Una,
            1 => view.End + (uint)dice.Between(-2000, 2000),
            2 => (uint)dice.Next(),
            _ => view.End,
        };
        packet.Window = dice.Chance(0.2) ? (ushort)dice.Below(100) : (ushort)dice.Next();
        packet.Text = dice.Chance(0.6) ? Text(dice.Pick(1, 100, 1448, 20_000)) : [];
        bool stamps = view.UsesStamps != dice.Chance(0.02);
        uint stamp = _clock++ + (dice.Chance(0.05) ? (uint)dice.Next() : 0);
        packet.Timestamps = stamps ? (stamp, view.Stamp - (uint)dice.Below(3)) : null;
        for (int i = dice.Chance(0.3) ? dice.Between(1, packet.Timestamps is null ? 4 : 3) : 0; i > 0; i--)
        {
            uint left = packet.Ack + (uint)dice.Between(-100, 5000);
            packet.Sack.Add((left, left + (uint)dice.Between(-10, 3000)));
        }
    }

    private byte[] Text(int most) => new byte[dice.Between(1, most)];

    /// <summary>What is known of a flow.</summary>
    private struct View
    {
        public bool IsLive;
        public uint Next;
        public uint Una;
        public uint End;
        public uint Stamp;
        public bool UsesStamps;
    }
}
