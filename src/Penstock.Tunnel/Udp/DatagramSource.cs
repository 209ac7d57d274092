using System;
using Penstock.Wire.Ip;

namespace Penstock.Tunnel.Udp;

/// <summary>Whom the proxy names as the sender of a datagram: an address or a name, and a port.</summary>
/// <param name="name">The name's bytes; empty for an address.</param>
/// <param name="endpoint">The address and port; for a name only the port counts.</param>
internal readonly ref struct DatagramSource(ReadOnlySpan<byte> name, InetEndpoint endpoint)
{
    public ReadOnlySpan<byte> Name { get; } = name;

    public InetEndpoint Endpoint { get; } = endpoint;
}
