using System;
using System.Buffers.Binary;
using Penstock.Wire.Checksum;
using Penstock.Wire.Ip;

namespace Penstock.Stack.Tests.Ip;

/// <summary>A packet that the stack wrote, as bytes; a checksum left to the device is completed as one would.</summary>
internal sealed record WrittenPacket(byte[] Bytes, bool LeftChecksum, int Pieces, int SegmentSize)
{
    public IpPacket Ip => IpPacket.TryParse(Bytes, out IpPacket ip) ? ip : throw new FormatException("not an IP packet");

    public ReadOnlySpan<byte> Transport => Bytes.AsSpan(Ip.PayloadOffset, Ip.PayloadLength);

    public static WrittenPacket Of(in OutgoingPacket packet)
    {
        byte[] bytes = new byte[packet.Length];
        packet.Headers.CopyTo(bytes);
        int at = packet.Headers.Length;
        foreach (var piece in packet.Payload)
        {
            piece.Span.CopyTo(bytes.AsSpan(at));
            at += piece.Length;
        }
        if (packet.NeedsChecksum)
        {
            Span<byte> transport = bytes.AsSpan(packet.ChecksumStart);
            ushort sum = InternetChecksum.Finish(InternetChecksum.Add(0, transport));
            BinaryPrimitives.WriteUInt16BigEndian(transport[packet.ChecksumOffset..], sum);
        }
        return new(bytes, packet.NeedsChecksum, packet.Payload.Length, packet.SegmentSize);
    }
}
