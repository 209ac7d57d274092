using System;
using System.Collections.Generic;
using Penstock.Stack.Buffers;
using Penstock.Wire.Ip;
using Penstock.Wire.Tcp;

namespace Penstock.Stack.Tcp;

// Segments of flows without a connection, RFC 9293 (3.10.7.1, 3.10.7.2):
//   the host is asked -> SYN opens -> ACK draws RST -> the rest is dropped
public sealed partial class TcpStack
{
    private const int ReassembliesKept = 64;
    private readonly Stack<Reassembly> _reassemblies = new();
    private int _reassembliesLow;

    private void ArrivesForNobody(in FlowKey flow, uint hash, in TcpSegment seg, byte ttl, in Lease packet, PacketOffload offload)
    {
        Counters.Strangers++;
        bool isOpening = seg.Has(TcpFlags.Syn) && !seg.Has(TcpFlags.Ack);
        bool isSpecial = flow.Source.Port == 0 || flow.Destination.Port == 0 || !IsUnicast(flow.Source.Address)
            || !IsUnicast(flow.Destination.Address);
        if (isSpecial || seg.Has(TcpFlags.Syn | TcpFlags.Fin) || Host.OnStranger(flow, isOpening, packet, offload) != StrangerVerdict.Mine)
            return;
        if (seg.Has(TcpFlags.Rst))
            return;
        if (!isOpening)
        {
            if (seg.Has(TcpFlags.Ack))
                ResetStranger(flow, seg);
            return;
        }
        var connection = new TcpConnection(this, flow, hash, takesBig: HasJustLeft(ttl));
        connection.OnSyn(seg);
        _table.Add(connection);
        Counters.Opened++;
        Host.OnOpening(connection);
    }

    /// <summary>
    /// True for a time to live that hosts begin with. With any other a packet was forwarded here; if it comes from the
    /// device's own address all the same, that address is masqueraded, and what goes to it will be forwarded as well.
    /// </summary>
    private static bool HasJustLeft(byte ttl) => ttl is 64 or 128 or 255;

    /// <summary>RST for a segment that carries ACK, RFC 9293 (3.5.2) group 1: it takes its number from the acknowledgment.</summary>
    internal void ResetStranger(in FlowKey flow, in TcpSegment seg)
    {
        if (!_strangerResets.TrySpend(Now))
            return;
        Counters.ResetsOut++;
        TcpSegment reset = default;
        reset.Options.WindowScale = -1;
        reset.Flags = TcpFlags.Rst;
        reset.Seq = seg.Ack;
        Write(flow, ref reset, default, 0, 0, 0);
    }

    internal Reassembly RentReassembly()
    {
        if (!_reassemblies.TryPop(out Reassembly? reassembly))
            return new Reassembly(_pool);
        _reassembliesLow = Math.Min(_reassembliesLow, _reassemblies.Count);
        return reassembly;
    }

    internal void GiveReassembly(Reassembly reassembly)
    {
        reassembly.Clear();
        if (_reassemblies.Count < ReassembliesKept)
            _reassemblies.Push(reassembly);
    }

    private static bool IsUnicast(in InetAddress address) =>
        !address.IsMulticast && !address.IsBroadcast && !address.IsUnspecified;
}
