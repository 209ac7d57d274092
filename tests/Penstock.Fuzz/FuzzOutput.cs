using System;
using System.Buffers.Binary;
using Penstock.Simulation;
using Penstock.Simulation.Peer;
using Penstock.Stack;
using Penstock.Stack.Buffers;
using Penstock.Wire.Ip;

namespace Penstock.Fuzz;

/// <summary>A device that reads back every packet that the stack writes, and refuses one now and then.</summary>
public sealed class FuzzOutput(Dice dice, PacketSmith smith) : IPacketOutput
{
    /// <summary>Packets written.</summary>
    public long Packets { get; private set; }

    /// <inheritdoc/>
    public bool Write(in OutgoingPacket packet)
    {
        if (dice.Chance(0.01))
            return false;
        Packets++;
        byte[] bytes = new byte[packet.Length];
        packet.Headers.CopyTo(bytes);
        int at = packet.Headers.Length;
        foreach (Lease piece in packet.Payload)
        {
            piece.Span.CopyTo(bytes.AsSpan(at));
            at += piece.Length;
        }
        if (at != bytes.Length)
            throw new FuzzException("the pieces of a packet are not its length");
        if (packet.NeedsChecksum)
        {
            Span<byte> transport = bytes.AsSpan(packet.ChecksumStart);
            BinaryPrimitives.WriteUInt16BigEndian(transport[packet.ChecksumOffset..], (ushort)~Checksum.Fold(Checksum.Sum(transport, 0)));
        }
        if (!IpPacket.TryParse(bytes, out IpPacket ip) || ip.Length != bytes.Length)
            throw new FuzzException("the stack wrote a packet that is not one");
        if (ip.Protocol != IpProtocol.Tcp)
            return true;
        if (ModelPacket.Read(bytes, out string? fault) is not { } read)
            throw new FuzzException("the stack wrote a malformed segment: " + fault);
        smith.Note(read);
        return true;
    }
}
