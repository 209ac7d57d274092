using System;
using Penstock.Linux.Events;
using Penstock.Linux.Sockets;
using IPAddress = System.Net.IPAddress;

namespace Penstock.Linux.Tests.Sockets;

/// <summary>Two ends of a real TCP connection over the loopback.</summary>
public sealed class LoopbackPair : IDisposable
{
    public LoopbackPair(string loopback)
    {
        StreamListener.Listen(Address(loopback), 1, false, out StreamListener? listener).ThrowOnError("listen");
        using (listener)
        {
            SocketAddress address = listener!.LocalAddress;
            StreamSocket.Create(address.Family, out StreamSocket? client).ThrowOnError("socket");
            Client = client!;
            SysResult connecting = Client.Connect(address);
            if (!connecting.IsInProgress)
                connecting.ThrowOnError("connect");
            Wait(listener.Descriptor, EpollInterest.Readable);
            listener.Accept(out StreamSocket? server).ThrowOnError("accept");
            Server = server!;
            Wait(Client.Descriptor, EpollInterest.Writable);
        }
    }

    public StreamSocket Client { get; }

    public StreamSocket Server { get; }

    public static SocketAddress Address(string address, ushort port = 0) =>
        SocketAddress.FromInet(IPAddress.Parse(address).GetAddressBytes(), port);

    public static void Wait(int descriptor, EpollInterest interest)
    {
        using var epoll = new Epoll();
        epoll.Add(descriptor, interest, 0);
        var events = new EpollEvent[1];
        while (epoll.Wait(events, -1) == 0)
        {
        }
    }

    public void WaitReadable(StreamSocket socket) => Wait(socket.Descriptor, EpollInterest.Readable);

    public long ReceiveSome(StreamSocket socket, Span<byte> buffer)
    {
        WaitReadable(socket);
        SysResult result = socket.Receive(buffer);
        result.ThrowOnError("receive");
        return result.Value;
    }

    public void Dispose()
    {
        Client.Dispose();
        Server.Dispose();
    }
}
