using System;
using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;
using Penstock.Wire.Ip;

namespace Penstock.Wire.Checksum;

/// <summary>The one's complement sum of IP, TCP, UDP and ICMP, RFC 1071.</summary>
/// <remarks>
/// A running sum is a 64-bit number of big-endian 16-bit words with its carries not yet folded in. It may be carried
/// over pieces as long as every piece but the last has an even length; <see cref="Swap"/> helps with odd ones.
/// </remarks>
public static class InternetChecksum
{
    /// <summary>Adds bytes to a running sum; an odd last byte counts as the high half of a word.</summary>
    public static ulong Add(ulong sum, ReadOnlySpan<byte> bytes)
    {
        // Sums in the machine's byte order and swaps once at the end: RFC 1071 (2.B), the sum does not care.
        ulong native = 0;
        if (Vector.IsHardwareAccelerated && bytes.Length >= 4 * Vector<byte>.Count)
            native = AddVectors(ref bytes);
        while (bytes.Length >= 4)
        {
            native += MemoryMarshal.Read<uint>(bytes);
            bytes = bytes[4..];
        }
        if (bytes.Length >= 2)
        {
            native += MemoryMarshal.Read<ushort>(bytes);
            bytes = bytes[2..];
        }
        if (!bytes.IsEmpty)
            native += BitConverter.IsLittleEndian ? bytes[0] : (ulong)bytes[0] << 8;
        ushort folded = Fold(native);
        return sum + (BitConverter.IsLittleEndian ? BinaryPrimitives.ReverseEndianness(folded) : folded);
    }

    /// <summary>Adds one 16-bit word.</summary>
    public static ulong AddWord(ulong sum, ushort word) => sum + word;

    /// <summary>The sum as it is when everything that follows is shifted by one byte: after a piece of odd length.</summary>
    public static ulong Swap(ulong sum) => BinaryPrimitives.ReverseEndianness(Fold(sum));

    /// <summary>The sum in 16 bits, not complemented.</summary>
    public static ushort Fold(ulong sum)
    {
        sum = (sum & 0xffff_ffff) + (sum >> 32);
        sum = (sum & 0xffff) + (sum >> 16 & 0xffff) + (sum >> 32);
        sum = (sum & 0xffff) + (sum >> 16);
        sum = (sum & 0xffff) + (sum >> 16);
        return (ushort)sum;
    }

    /// <summary>The checksum that a header carries: the complement of the folded sum.</summary>
    public static ushort Finish(ulong sum) => (ushort)~Fold(sum);

    /// <summary>The pseudo-header's sum: RFC 9293 (3.1) for IPv4, RFC 8200 (8.1) for IPv6.</summary>
    /// <param name="source">The packet's source.</param>
    /// <param name="destination">Its final destination.</param>
    /// <param name="protocol">The upper protocol.</param>
    /// <param name="length">Bytes of upper header and payload.</param>
    public static ulong PseudoHeader(in InetAddress source, in InetAddress destination, IpProtocol protocol, int length) =>
        Words(source) + Words(destination) + (byte)protocol + (uint)length;

    /// <summary>True when a transport checksum holds over header and payload.</summary>
    public static bool Holds(in IpPacket ip, ReadOnlySpan<byte> transport) =>
        Fold(Add(PseudoHeader(ip.Source, ip.Destination, ip.Protocol, transport.Length), transport)) == 0xffff;

    private static ulong Words(in InetAddress address) =>
        (address.High >> 32) + (address.High & 0xffff_ffff) + (address.Low >> 32) + (address.Low & 0xffff_ffff);

    private static ulong AddVectors(ref ReadOnlySpan<byte> bytes)
    {
        // 32-bit lanes widened into 64-bit ones: no carry is lost over any packet.
        ReadOnlySpan<Vector<uint>> vectors = MemoryMarshal.Cast<byte, Vector<uint>>(bytes);
        Vector<ulong> a = Vector<ulong>.Zero;
        Vector<ulong> b = Vector<ulong>.Zero;
        foreach (Vector<uint> v in vectors)
        {
            Vector.Widen(v, out Vector<ulong> low, out Vector<ulong> high);
            a += low;
            b += high;
        }
        bytes = bytes[(vectors.Length * Vector<byte>.Count)..];
        // Each lane is below 2^48 here; folding lanes to 32 bits first keeps the total far from overflow.
        ulong sum = 0;
        a += b;
        for (int i = 0; i < Vector<ulong>.Count; i++)
            sum += (a[i] & 0xffff_ffff) + (a[i] >> 32);
        return sum;
    }
}
