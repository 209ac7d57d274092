using System;
using System.Buffers.Binary;
using Penstock.Stack.Buffers;
using Penstock.Wire.Checksum;
using Penstock.Wire.Icmp;
using Penstock.Wire.Ip;
using Penstock.Wire.Udp;

namespace Penstock.Stack.Ip;

/// <summary>Writes what is not TCP: datagrams and echo replies, in fragments when they exceed the MTU of device or path.</summary>
/// <remarks>
/// <code>
///   payload       |------------------------------------------------|     one lease, never copied
///   fragments     IP UDP|----------|  IP|-------------|  IP|-------|     multiples of 8 bytes but the last
/// </code>
/// A packet that leaves whole has its checksum completed by the device, if that can; fragments carry one of ours.
/// Single-threaded.
/// </remarks>
public sealed class IpOutput
{
    /// <summary>Datagrams that one super-packet may stand for.</summary>
    public const int MostInARow = 60;

    private const int TransportHeader = 8;
    private const int FragmentHeader = 8;
    private const ushort MoreFragments = 0x2000;
    private const int LongestPacket = 65535;

    private readonly IPacketOutput _output;
    private readonly DeviceOffload _device;
    private readonly IpOptions _options;
    private readonly IpCounters _counters;
    private uint _id;

    /// <summary>An output over a device.</summary>
    /// <param name="options">TTL and bounds.</param>
    /// <param name="device">What the device does for what is written.</param>
    /// <param name="output">Where packets go.</param>
    /// <param name="counters">Shared with the input.</param>
    /// <param name="firstId">An unpredictable start of the identifications of fragments, RFC 7739.</param>
    public IpOutput(IpOptions options, DeviceOffload device, IPacketOutput output, IpCounters counters, uint firstId)
    {
        _options = options;
        _device = device;
        _output = output;
        _counters = counters;
        _id = firstId;
        Paths = new PathMtus(options, device.Mtu);
    }

    /// <summary>What the paths to apps take.</summary>
    internal PathMtus Paths { get; }

    /// <summary>Sends a datagram to an app.</summary>
    /// <param name="source">Whom the app sees as the sender.</param>
    /// <param name="destination">The app's end, of the same family.</param>
    /// <param name="payload">The user's data; the caller keeps the lease.</param>
    /// <returns>False, and counted, when it is too large for UDP, or the device had no room for all of it.</returns>
    public bool SendDatagram(in InetEndpoint source, in InetEndpoint destination, in Lease payload)
    {
        int largest = source.Address.IsV6 ? UdpHeader.MaxPayloadV6 : UdpHeader.MaxPayloadV4;
        if (payload.Length > largest || source.Address.IsV6 != destination.Address.IsV6)
        {
            _counters.Count(IpDrop.TooLarge);
            return false;
        }
        Span<byte> header = stackalloc byte[TransportHeader];
        new UdpHeader(source.Port, destination.Port, UdpHeader.Size + payload.Length, 0).Write(header);
        if (!Send(source.Address, destination.Address, IpProtocol.Udp, UdpHeader.ChecksumOffset, header, payload))
            return false;
        _counters.DatagramsOut++;
        return true;
    }

    /// <summary>True when these many bytes in datagrams of one size can leave as one super-packet.</summary>
    /// <param name="destination">Whom they are for.</param>
    /// <param name="segmentSize">Bytes of each datagram, more than 0.</param>
    /// <param name="bytes">Bytes of all of them.</param>
    public bool CanSendInARow(in InetAddress destination, int segmentSize, int bytes)
    {
        int headers = (destination.IsV6 ? Ipv6Header.FixedLength : Ipv4Header.MinimumLength) + TransportHeader;
        return _device.SegmentUdp && _device.Checksum && segmentSize > 0 && headers + segmentSize <= Paths.To(destination)
            && headers + bytes <= LongestPacket;
    }

    /// <summary>Sends datagrams of one size to an app as one super-packet, which the device cuts.</summary>
    /// <param name="source">Whom the app sees as the sender.</param>
    /// <param name="destination">The app's end, of the same family.</param>
    /// <param name="payloads">At most <see cref="MostInARow"/>, all of one size, only the last may be shorter; the caller keeps the leases.</param>
    /// <param name="bytes">Their sum, for which <see cref="CanSendInARow"/> holds.</param>
    /// <returns>False, and counted, when the device had no room.</returns>
    public bool SendInARow(in InetEndpoint source, in InetEndpoint destination, ReadOnlySpan<Lease> payloads, int bytes)
    {
        bool isV6 = source.Address.IsV6;
        int ipHeader = isV6 ? Ipv6Header.FixedLength : Ipv4Header.MinimumLength;
        int length = TransportHeader + bytes;
        Span<byte> headers = stackalloc byte[Ipv6Header.FixedLength + TransportHeader];
        headers = headers[..(ipHeader + TransportHeader)];
        if (isV6)
            Ipv6Header.Write(headers, source.Address, destination.Address, IpProtocol.Udp, length, _options.Ttl);
        else
            Ipv4Header.Write(headers, source.Address, destination.Address, IpProtocol.Udp, length, (ushort)_id, _options.Ttl);
        _id += (uint)payloads.Length;
        ulong sum = InternetChecksum.PseudoHeader(source.Address, destination.Address, IpProtocol.Udp, length);
        new UdpHeader(source.Port, destination.Port, length, InternetChecksum.Fold(sum)).Write(headers[ipHeader..]);
        if (!Write(new OutgoingPacket
        {
            Headers = headers,
            Payload = payloads,
            PayloadLength = bytes,
            NeedsChecksum = true,
            ChecksumStart = ipHeader,
            ChecksumOffset = UdpHeader.ChecksumOffset,
            SegmentSize = payloads[0].Length,
            IsV6 = isV6,
        }))
        {
            return false;
        }
        _counters.DatagramsOut += payloads.Length;
        return true;
    }

    /// <summary>Answers an echo request with the same identifier, sequence number and data.</summary>
    internal bool SendEchoReply(in IpPacket request, IcmpHeader echo, in Lease data)
    {
        byte type = request.IsV6 ? (byte)IcmpV6Type.EchoReply : (byte)IcmpType.EchoReply;
        Span<byte> header = stackalloc byte[TransportHeader];
        new IcmpHeader(type, 0, 0, echo.Rest).Write(header);
        return Send(request.Destination, request.Source, request.Protocol, IcmpHeader.ChecksumOffset, header, data);
    }

    /// <summary>Writes a packet that lies in one piece and is no longer than the MTU, checksums included.</summary>
    internal bool SendComplete(ReadOnlySpan<byte> packet, bool isV6) =>
        Write(new OutgoingPacket { Headers = packet, IsV6 = isV6 });

    // Chooses between one packet and many; the transport header is always eight bytes: UDP's or an echo's.
    private bool Send(
        in InetAddress source, in InetAddress destination, IpProtocol protocol, int checksumOffset,
        Span<byte> transport, in Lease payload)
    {
        bool isV6 = source.IsV6;
        int ipHeader = isV6 ? Ipv6Header.FixedLength : Ipv4Header.MinimumLength;
        int length = TransportHeader + payload.Length;
        int mtu = Paths.To(destination);
        bool fits = ipHeader + length <= mtu;
        bool offloaded = fits && _device.Checksum && protocol == IpProtocol.Udp;
        ulong sum = protocol == IpProtocol.Icmp
            ? 0
            : InternetChecksum.PseudoHeader(source, destination, protocol, length);
        ushort checksum = offloaded
            ? InternetChecksum.Fold(sum)
            : InternetChecksum.Finish(InternetChecksum.Add(InternetChecksum.Add(sum, transport), payload.Span));
        // A computed 0 means "none" in UDP and is sent as its other form, RFC 768.
        if (checksum == 0 && protocol == IpProtocol.Udp)
            checksum = 0xffff;
        BinaryPrimitives.WriteUInt16BigEndian(transport[checksumOffset..], checksum);
        if (!fits)
            return SendInFragments(source, destination, protocol, transport, payload, mtu);

        Span<byte> headers = stackalloc byte[Ipv6Header.FixedLength + TransportHeader];
        headers = headers[..(ipHeader + TransportHeader)];
        if (isV6)
            Ipv6Header.Write(headers, source, destination, protocol, length, _options.Ttl);
        else
            Ipv4Header.Write(headers, source, destination, protocol, length, (ushort)_id++, _options.Ttl);
        transport.CopyTo(headers[ipHeader..]);
        return Write(new OutgoingPacket
        {
            Headers = headers,
            Payload = new ReadOnlySpan<Lease>(in payload),
            PayloadLength = payload.Length,
            NeedsChecksum = offloaded,
            ChecksumStart = ipHeader,
            ChecksumOffset = checksumOffset,
            IsV6 = isV6,
        });
    }

    private bool SendInFragments(
        in InetAddress source, in InetAddress destination, IpProtocol protocol,
        ReadOnlySpan<byte> transport, in Lease payload, int mtu)
    {
        bool isV6 = source.IsV6;
        int ipHeader = isV6 ? Ipv6Header.FixedLength + FragmentHeader : Ipv4Header.MinimumLength;
        int room = (mtu - ipHeader) & ~7;
        int total = TransportHeader + payload.Length;
        uint id = _id++;
        Span<byte> buffer = stackalloc byte[Ipv6Header.FixedLength + FragmentHeader + TransportHeader];
        // Offsets count from the transport header, which travels with the first fragment.
        for (int offset = 0; offset < total; offset += room)
        {
            int part = Math.Min(room, total - offset);
            bool more = offset + part < total;
            if (isV6)
            {
                Ipv6Header.Write(buffer, source, destination, IpProtocol.Fragment, FragmentHeader + part, _options.Ttl);
                WriteFragmentHeader(buffer[Ipv6Header.FixedLength..], protocol, offset, more, id);
            }
            else
            {
                int flags = (offset >> 3) | (more ? MoreFragments : 0);
                Ipv4Header.Write(
                    buffer, source, destination, protocol, part, (ushort)id, _options.Ttl, flagsAndOffset: (ushort)flags);
            }
            int headers = ipHeader;
            if (offset == 0)
            {
                transport.CopyTo(buffer[ipHeader..]);
                headers += TransportHeader;
            }
            int from = Math.Max(0, offset - TransportHeader);
            Lease piece = payload.Slice(from, offset + part - TransportHeader - from);
            if (!Write(new OutgoingPacket
            {
                Headers = buffer[..headers],
                Payload = new ReadOnlySpan<Lease>(in piece),
                PayloadLength = piece.Length,
                IsV6 = isV6,
            }))
            {
                return false; // without one fragment the others are of no use
            }
            _counters.FragmentsOut++;
        }
        return true;
    }

    private static void WriteFragmentHeader(Span<byte> bytes, IpProtocol next, int offset, bool more, uint id)
    {
        bytes[0] = (byte)next;
        bytes[1] = 0;
        BinaryPrimitives.WriteUInt16BigEndian(bytes[2..], (ushort)(offset | (more ? 1 : 0)));
        BinaryPrimitives.WriteUInt32BigEndian(bytes[4..], id);
    }

    private bool Write(in OutgoingPacket packet)
    {
        if (_output.Write(packet))
            return true;
        _counters.Count(IpDrop.DeviceFull);
        return false;
    }
}
