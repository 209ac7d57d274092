using System;
using System.Buffers.Binary;
using Penstock.Wire.Checksum;
using Penstock.Wire.Icmp;
using Penstock.Wire.Ip;
using Penstock.Wire.Tcp;

namespace Penstock.Stack.Tcp;

// Refusals that say why: ICMP instead of RST. The packet that caused it is gone; what an error must quote of a SYN is
// made anew:
//   | IP header | ICMP header | IP header of the SYN | ports and number |
public sealed partial class TcpStack
{
    internal void WriteUnreachable(in FlowKey flow, SeqNumber seq, byte codeV4, byte codeV6)
    {
        Span<byte> packet = stackalloc byte[2 * Ipv6Header.FixedLength + IcmpHeader.Size + TcpWriter.LongestHeader];
        bool v6 = flow.Source.Address.IsV6;
        InetAddress app = flow.Source.Address;
        InetAddress destination = flow.Destination.Address;
        IcmpError error = IcmpError.Unreachable(codeV4, codeV6);
        int ipLength = v6 ? Ipv6Header.FixedLength : Ipv4Header.MinimumLength;

        TcpSegment syn = default;
        syn.Options = TcpOptionList.None;
        syn.SourcePort = flow.Source.Port;
        syn.DestinationPort = flow.Destination.Port;
        syn.Seq = seq;
        syn.Flags = TcpFlags.Syn;
        Span<byte> message = packet[ipLength..];
        Span<byte> quote = message[IcmpHeader.Size..];
        int tcpLength = TcpWriter.Write(quote[ipLength..], syn);
        WriteIp(quote, app, destination, IpProtocol.Tcp, tcpLength, 0);

        message = message[..(IcmpHeader.Size + ipLength + tcpLength)];
        new IcmpHeader(v6 ? (byte)error.TypeV6 : (byte)error.TypeV4, v6 ? codeV6 : codeV4, 0, error.Rest).Write(message);
        IpProtocol protocol = v6 ? IpProtocol.IcmpV6 : IpProtocol.Icmp;
        ulong sum = v6 ? InternetChecksum.PseudoHeader(destination, app, protocol, message.Length) : 0;
        BinaryPrimitives.WriteUInt16BigEndian(
            message[IcmpHeader.ChecksumOffset..], InternetChecksum.Finish(InternetChecksum.Add(sum, message)));
        // The source is the destination that could not be reached: the tunnel has no address of its own.
        WriteIp(packet, destination, app, protocol, message.Length, NextIpId(0, 0));
        if (!_output.Write(new OutgoingPacket { Headers = packet[..(ipLength + message.Length)], IsV6 = v6 }))
            Counters.DeviceFull++;
    }

    private void WriteIp(Span<byte> header, in InetAddress from, in InetAddress to, IpProtocol protocol, int length, ushort id, byte ecn = 0)
    {
        if (from.IsV6)
            Ipv6Header.Write(header, from, to, protocol, length, Options.Ttl, ecn);
        else
            Ipv4Header.Write(header, from, to, protocol, length, id, Options.Ttl, ecn);
    }
}
