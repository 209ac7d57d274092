using System;
using System.Buffers.Binary;
using Penstock.Stack.Buffers;
using Penstock.Wire.Checksum;
using Penstock.Wire.Ip;
using Penstock.Wire.Tcp;

namespace Penstock.Stack.Tcp;

// From a segment to a packet: IP header, TCP header, checksum, device.
public sealed partial class TcpStack
{
    /// <summary>Pieces of text a packet may have.</summary>
    internal const int MostPieces = 32;

    /// <summary>Bytes of a packet that is no BIG TCP packet.</summary>
    internal const int MostOrdinary = ushort.MaxValue;

    /// <summary>Text of a BIG TCP packet at most: Linux's memory for one is 17 parts of at most 32 KB, and this leaves it a choice.</summary>
    public const int MostBigText = 14 * 32 * 1024;

    private readonly Lease[] _pieces = new Lease[MostPieces];
    private readonly byte[] _headers = new byte[Ipv6Header.BigLength + TcpWriter.LongestHeader];
    private ushort _ipId;

    /// <summary>Where a connection gathers the pieces of the packet that it is about to write.</summary>
    internal Span<Lease> Pieces => _pieces;

    /// <summary>False when the device has refused BIG TCP packets; then there are no more.</summary>
    public bool WritesBig { get; set; } = true;

    /// <summary>Bytes of text that one packet to an app may carry; 0 when the device does not cut.</summary>
    internal int MostText(in InetAddress app, bool maybeBig)
    {
        if (!(app.IsV6 ? _offload.SegmentV6 : _offload.SegmentV4))
            return 0;
        bool isBig = maybeBig && WritesBig && app == (app.IsV6 ? _offload.BigToV6 : _offload.BigToV4);
        return isBig ? MostBigText : MostOrdinary - Ipv6Header.FixedLength - TcpWriter.LongestHeader;
    }

    /// <summary>The text that a segment may carry to us or from us: the device's packet without its headers.</summary>
    internal int OwnMss(bool isV6) => Math.Min(_offload.Mtu, ushort.MaxValue) - (isV6 ? 60 : 40);

    /// <summary>Writes a segment towards the app; ports are filled in.</summary>
    /// <param name="flow">The flow as the app's packets name it.</param>
    /// <param name="seg">The header.</param>
    /// <param name="text">Its pieces.</param>
    /// <param name="length">Their length.</param>
    /// <param name="segmentSize">Text a segment when the device must cut, else 0.</param>
    /// <param name="ecn">The ECN bits.</param>
    /// <returns>False when the device had no room.</returns>
    internal bool Write(in FlowKey flow, ref TcpSegment seg, ReadOnlySpan<Lease> text, int length, int segmentSize, int ecn)
    {
        bool v6 = flow.Source.Address.IsV6;
        seg.SourcePort = flow.Destination.Port;
        seg.DestinationPort = flow.Source.Port;
        Span<byte> tcp = _headers.AsSpan(Ipv6Header.BigLength);
        int tcpLength = TcpWriter.Write(tcp, seg);
        tcp = tcp[..tcpLength];
        bool bigV6 = v6 && tcpLength + length > MostOrdinary;
        int ipLength = bigV6 ? Ipv6Header.BigLength : v6 ? Ipv6Header.FixedLength : Ipv4Header.MinimumLength;
        Span<byte> headers = _headers.AsSpan(Ipv6Header.BigLength - ipLength, ipLength + tcpLength);
        InetAddress from = flow.Destination.Address;
        InetAddress to = flow.Source.Address;
        if (bigV6)
            Ipv6Header.WriteBig(headers, from, to, IpProtocol.Tcp, tcpLength + length, Options.Ttl, (byte)ecn);
        else
            WriteIp(headers, from, to, IpProtocol.Tcp, tcpLength + length, v6 ? (ushort)0 : NextIpId(length, segmentSize), (byte)ecn);

        ulong sum = InternetChecksum.PseudoHeader(from, to, IpProtocol.Tcp, tcpLength + length);
        ushort checksum = _offload.Checksum ? InternetChecksum.Fold(sum) : FinishChecksum(sum, tcp, text);
        BinaryPrimitives.WriteUInt16BigEndian(tcp[TcpSegment.ChecksumOffset..], checksum);
        bool written = _output.Write(new OutgoingPacket
        {
            Headers = headers,
            Payload = text,
            PayloadLength = length,
            NeedsChecksum = _offload.Checksum,
            ChecksumStart = ipLength,
            ChecksumOffset = TcpSegment.ChecksumOffset,
            SegmentSize = segmentSize,
            IsV6 = v6,
        });
        if (written)
            Counters.SegmentsOut++;
        else
            Counters.DeviceFull++;
        return written;
    }

    // A super-packet's segments take numbers of their own, one after another.
    private ushort NextIpId(int length, int segmentSize)
    {
        ushort id = _ipId;
        _ipId += (ushort)(segmentSize == 0 ? 1 : (length + segmentSize - 1) / segmentSize);
        return id;
    }

    private static ushort FinishChecksum(ulong sum, ReadOnlySpan<byte> header, ReadOnlySpan<Lease> text)
    {
        sum = InternetChecksum.Add(sum, header);
        bool odd = false;
        foreach (Lease piece in text)
        {
            ulong part = InternetChecksum.Add(0, piece.Span);
            sum += odd ? InternetChecksum.Swap(part) : part;
            odd ^= (piece.Length & 1) != 0;
        }
        return InternetChecksum.Finish(sum);
    }
}
