using System.Net;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;

namespace Penstock.TestPeer.Moves;

/// <summary>Connections that send as long as anybody takes it, and never end.</summary>
internal static class Hoarder
{
    public static Task Run(IPEndPoint server, int count)
    {
        var all = new Task[count];
        for (int i = 0; i < count; i++)
            all[i] = Send(server);
        return Task.WhenAll(all);
    }

    private static async Task Send(IPEndPoint server)
    {
        using var socket = new Socket(server.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(server);
        byte[] text = new byte[65536];
        while (true)
            await Transfer.SendAll(socket, text, CancellationToken.None);
    }
}
