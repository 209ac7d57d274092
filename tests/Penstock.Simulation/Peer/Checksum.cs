using System;

namespace Penstock.Simulation.Peer;

/// <summary>The Internet checksum, RFC 1071, the slow and obvious way.</summary>
public static class Checksum
{
    /// <summary>Adds 16-bit words to a sum.</summary>
    public static uint Sum(ReadOnlySpan<byte> bytes, uint sum)
    {
        ulong total = sum;
        int i = 0;
        for (; i + 1 < bytes.Length; i += 2)
            total += (uint)(bytes[i] << 8 | bytes[i + 1]);
        if (i < bytes.Length)
            total += (uint)(bytes[i] << 8);
        while (total >> 32 != 0)
            total = (total & 0xffffffff) + (total >> 32);
        return (uint)total;
    }

    /// <summary>Folds a sum to 16 bits.</summary>
    public static ushort Fold(uint sum)
    {
        while (sum >> 16 != 0)
            sum = (sum & 0xffff) + (sum >> 16);
        return (ushort)sum;
    }

    /// <summary>The sum of the pseudo-header of a packet whose transport starts at <paramref name="ip"/>.</summary>
    public static uint PseudoHeader(ReadOnlySpan<byte> packet, int ip, byte protocol)
    {
        bool isV6 = packet[0] >> 4 == 6;
        ReadOnlySpan<byte> addresses = isV6 ? packet.Slice(8, 32) : packet.Slice(12, 8);
        return Sum(addresses, 0) + protocol + (uint)(packet.Length - ip);
    }

    /// <summary>The transport checksum of a packet whose checksum field is zero.</summary>
    public static ushort Transport(ReadOnlySpan<byte> packet, int ip, byte protocol) =>
        (ushort)~Fold(Sum(packet[ip..], Fold(PseudoHeader(packet, ip, protocol))));

    /// <summary>True when a packet's transport checksum is right.</summary>
    public static bool TransportHolds(ReadOnlySpan<byte> packet, int ip, byte protocol) =>
        Fold(Sum(packet[ip..], Fold(PseudoHeader(packet, ip, protocol)))) == 0xffff;
}
