using System;
using System.Net;
using System.Net.Sockets;
using System.Threading.Tasks;

namespace Penstock.TestPeer.Datagrams;

/// <summary>Echoes every datagram; one that begins with <see cref="FromElsewhere"/> is answered from the next port.</summary>
internal static class DatagramServer
{
    public static ReadOnlySpan<byte> FromElsewhere => "from elsewhere"u8;

    public static async Task Run(int port)
    {
        Task four = Serve(IPAddress.Any, port);
        Task six = Serve(IPAddress.IPv6Any, port);
        await Task.WhenAny(four, six);
    }

    private static async Task Serve(IPAddress address, int port)
    {
        using Socket here = Bind(address, port);
        using Socket elsewhere = Bind(address, port + 1);
        byte[] buffer = new byte[65536];
        while (true)
        {
            SocketReceiveFromResult got = await here.ReceiveFromAsync(buffer, new IPEndPoint(address, 0));
            Memory<byte> datagram = buffer.AsMemory(0, got.ReceivedBytes);
            Socket from = datagram.Span.StartsWith(FromElsewhere) ? elsewhere : here;
            await from.SendToAsync(datagram, got.RemoteEndPoint);
        }
    }

    private static Socket Bind(IPAddress address, int port)
    {
        var socket = new Socket(address.AddressFamily, SocketType.Dgram, ProtocolType.Udp) { ReceiveBufferSize = 4 << 20 };
        if (address.AddressFamily == AddressFamily.InterNetworkV6)
            socket.DualMode = false;
        socket.Bind(new IPEndPoint(address, port));
        return socket;
    }
}
