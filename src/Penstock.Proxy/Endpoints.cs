using System;
using Penstock.Linux.Sockets;
using Penstock.Wire.Ip;

namespace Penstock.Proxy;

/// <summary>Addresses between the wire's form and the kernel's.</summary>
internal static class Endpoints
{
    internal static SocketAddress ToSocket(in InetAddress address, ushort port)
    {
        Span<byte> bytes = stackalloc byte[16];
        address.Write(bytes);
        return SocketAddress.FromInet(bytes[..address.Length], port);
    }

    internal static InetEndpoint ToInet(in SocketAddress address) => new(InetAddress.Read(address.AddressBytes), address.Port);
}
