using System;
using System.Runtime.InteropServices;

namespace Penstock.Wire.Virtio;

/// <summary>The header that a TUN opened with IFF_VNET_HDR puts in front of each packet.</summary>
/// <remarks>
/// <code>
///   0      1         2         4          6           8             10
///   | flags | gso_type | hdr_len | gso_size | csum_start | csum_offset |
/// </code>
/// All fields in the host's byte order. Source: struct virtio_net_hdr of linux/virtio_net.h.
/// </remarks>
public readonly record struct VirtioHeader(
    byte Flags, byte GsoType, ushort HeaderLength, ushort GsoSize, ushort ChecksumStart, ushort ChecksumOffset)
{
    /// <summary>Bytes on the wire.</summary>
    public const int Size = 10;

    /// <summary>The receiver completes the checksum; the field holds the pseudo-header's sum.</summary>
    public const byte NeedsChecksum = 1;

    /// <summary>The checksum has been verified.</summary>
    public const byte DataValid = 2;

    /// <summary>Not a super-packet.</summary>
    public const byte GsoNone = 0;

    /// <summary>TCP over IPv4.</summary>
    public const byte GsoTcpV4 = 1;

    /// <summary>TCP over IPv6.</summary>
    public const byte GsoTcpV6 = 4;

    /// <summary>UDP datagrams of equal size.</summary>
    public const byte GsoUdp = 5;

    /// <summary>Set beside the type when segments carry ECN's CWR.</summary>
    public const byte GsoEcn = 0x80;

    /// <summary>True when nobody needs to verify the transport checksum.</summary>
    public bool ChecksumTrusted => (Flags & (NeedsChecksum | DataValid)) != 0;

    /// <summary>Payload bytes of each segment; 0 for a plain packet.</summary>
    public int SegmentSize => GsoType == GsoNone ? 0 : GsoSize;

    /// <summary>Reads the header; false when the span is shorter than <see cref="Size"/>.</summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out VirtioHeader header)
    {
        if (bytes.Length < Size)
        {
            header = default;
            return false;
        }
        ReadOnlySpan<ushort> words = MemoryMarshal.Cast<byte, ushort>(bytes[2..Size]);
        header = new VirtioHeader(bytes[0], bytes[1], words[0], words[1], words[2], words[3]);
        return true;
    }

    /// <summary>Writes <see cref="Size"/> bytes.</summary>
    public void Write(Span<byte> bytes)
    {
        bytes[0] = Flags;
        bytes[1] = GsoType;
        Span<ushort> words = MemoryMarshal.Cast<byte, ushort>(bytes[2..Size]);
        words[0] = HeaderLength;
        words[1] = GsoSize;
        words[2] = ChecksumStart;
        words[3] = ChecksumOffset;
    }
}
