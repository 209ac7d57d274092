using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using Penstock.Linux.Interop;

namespace Penstock.Linux.Tun;

/// <summary>Tries whether super-packets may be written, once.</summary>
/// <remarks>
/// Some stable kernels promise segmentation and then refuse every super-packet with EINVAL (6.6.44 and its neighbours).
/// The probe is two segments in an IPv4 packet whose TTL is 0 and whose header checksum is wrong: the device checks the
/// virtio header, then the network layer drops the packet without a word to anybody.
/// Whether BIG TCP packets may be written shows by a long packet of that kind: a device that has no memory for it in one
/// piece (before Linux 6.6) refuses with EMSGSIZE or ENOBUFS, and every kernel whose device takes it knows what it means.
/// <code>
/// virtio_net_hdr  flags:1 gso_type:1 hdr_len:2 gso_size:2 csum_start:2 csum_offset:2
/// </code>
/// </remarks>
internal static class SuperPacketProbe
{
    private const int VirtioLength = 10;
    private const int IpLength = 20;
    private const int SegmentLength = 64;
    private const int BigPiece = 4096;
    private const int BigPieces = 32;

    /// <param name="queue">Where the probes are written.</param>
    /// <param name="features">What the kernel promises.</param>
    /// <param name="device">The device's name, for messages.</param>
    /// <param name="packets">Probes that were accepted: the interface's counters have them.</param>
    /// <param name="bytes">Their bytes, from the IP header on.</param>
    internal static TunFeatures Try(TunQueue queue, TunFeatures features, string device, out int packets, out int bytes)
    {
        packets = bytes = 0;
        bool tcp = !(features.Tso4 || features.Tso6) || IsAccepted(queue, tcp: true, ref packets, ref bytes);
        bool udp = !features.Uso || IsAccepted(queue, tcp: false, ref packets, ref bytes);
        bool big = !(features.Big && tcp) || IsBigAccepted(queue, ref packets, ref bytes);
        if (tcp && udp && big)
            return features;
        var refusals = new List<string>(features.Refusals);
        if (!tcp)
            refusals.Add($"{device}: the kernel promises TCP segmentation and refuses super-packets: they are written in segments");
        if (!udp)
            refusals.Add($"{device}: the kernel promises UDP segmentation and refuses super-packets: they are written in segments");
        if (!big)
            refusals.Add($"{device}: the kernel takes no packets of more than 65535 bytes (Linux 6.6)");
        return features with
        {
            Tso4 = features.Tso4 && tcp,
            Tso6 = features.Tso6 && tcp,
            Big = features.Big && tcp && big,
            Uso = features.Uso && udp,
            Refusals = refusals,
        };
    }

    /// <summary>Only EINVAL is a refusal: EIO means that the device went down meanwhile, which says nothing.</summary>
    private static bool IsAccepted(TunQueue queue, bool tcp, ref int packets, ref int bytes)
    {
        Span<byte> packet = stackalloc byte[VirtioLength + IpLength + 20 + 2 * SegmentLength];
        int length = Build(packet, tcp);
        SysResult written = queue.Write(packet[..length]);
        if (written.IsSuccess)
        {
            packets++;
            bytes += length - VirtioLength;
        }
        return written.Errno != Errno.EINVAL;
    }

    /// <summary>Whatever the reason, a refusal is final: without them everything works as well.</summary>
    private static bool IsBigAccepted(TunQueue queue, ref int packets, ref int bytes)
    {
        Span<byte> packet = stackalloc byte[VirtioLength + IpLength + 20 + 2 * SegmentLength];
        Span<byte> text = stackalloc byte[BigPiece];
        text.Clear();
        int length = Build(packet, tcp: true);
        BinaryPrimitives.WriteUInt16BigEndian(packet[(VirtioLength + 2)..], 0);
        Span<IoVector> vectors = stackalloc IoVector[1 + BigPieces];
        GatherList pieces = new(vectors);
        pieces.Add(packet[..length]);
        for (int i = 0; i < BigPieces; i++)
            pieces.Add(text);
        if (!queue.Write(ref pieces).IsSuccess)
            return false;
        packets++;
        bytes += pieces.Length - VirtioLength;
        return true;
    }

    internal static int Build(Span<byte> packet, bool tcp)
    {
        int transport = tcp ? 20 : 8;
        int length = IpLength + transport + 2 * SegmentLength;
        packet.Clear();
        packet[0] = Libc.VIRTIO_NET_HDR_F_NEEDS_CSUM;
        packet[1] = tcp ? Libc.VIRTIO_NET_HDR_GSO_TCPV4 : Libc.VIRTIO_NET_HDR_GSO_UDP_L4;
        BitConverter.TryWriteBytes(packet[2..], (ushort)(IpLength + transport));
        BitConverter.TryWriteBytes(packet[4..], (ushort)SegmentLength);
        BitConverter.TryWriteBytes(packet[6..], (ushort)IpLength);
        BitConverter.TryWriteBytes(packet[8..], (ushort)(tcp ? 16 : 6));

        Span<byte> ip = packet[VirtioLength..];
        ip[0] = 0x45;
        BinaryPrimitives.WriteUInt16BigEndian(ip[2..], (ushort)length);
        ip[9] = tcp ? (byte)Libc.IPPROTO_TCP : (byte)Libc.IPPROTO_UDP;
        BinaryPrimitives.WriteUInt32BigEndian(ip[12..], 0xc0000201); // 192.0.2.1, for documentation (RFC 5737)
        BinaryPrimitives.WriteUInt32BigEndian(ip[16..], 0xc0000202);
        ip[10] = 0xde; // not the header's sum

        Span<byte> segment = ip[IpLength..];
        if (tcp)
            segment[12] = 5 << 4;
        else
            BinaryPrimitives.WriteUInt16BigEndian(segment[4..], (ushort)(8 + 2 * SegmentLength));
        return VirtioLength + length;
    }
}
