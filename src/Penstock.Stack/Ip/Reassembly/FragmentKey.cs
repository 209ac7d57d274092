using Penstock.Wire.Ip;

namespace Penstock.Stack.Ip.Reassembly;

/// <summary>What the fragments of one datagram have in common.</summary>
/// <param name="Source">The sender.</param>
/// <param name="Destination">The receiver.</param>
/// <param name="Protocol">The protocol in IPv4, RFC 791 (3.2); 0 in IPv6, where it does not count, RFC 8200 (4.5).</param>
/// <param name="Id">Identification.</param>
internal readonly record struct FragmentKey(InetAddress Source, InetAddress Destination, IpProtocol Protocol, uint Id)
{
    public static FragmentKey Of(in IpPacket ip) =>
        new(ip.Source, ip.Destination, ip.IsV6 ? default : ip.Protocol, ip.FragmentId);
}
