using System;
using System.Net;
using System.Net.Sockets;
using System.Threading.Tasks;
using Penstock.Tests;
using Penstock.Wire.Ip;

namespace Penstock.Proxy.Tests;

/// <summary>A server on the loopback, and raw clients of it: the framework's sockets, none of Penstock's formats.</summary>
public sealed class ServerFixture : IDisposable
{
    public ServerFixture(SocksServerOptions? options = null)
    {
        Server = new SocksServer((options ?? new SocksServerOptions { Threads = 2 }) with
        {
            Listen = new InetEndpoint(InetAddress.FromV4(0x7f000001), 0),
        });
        Server.Start();
    }

    public SocksServer Server { get; }

    public void Dispose() => Server.Dispose();

    public async Task<Socket> ConnectAsync()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(IPAddress.Loopback, Server.LocalEndpoint.Port).WaitAsync(OwnThread.Patience);
        return socket;
    }

    /// <summary>Connects and asks for a TCP connection; the answer's code is returned as well.</summary>
    public async Task<(Socket Socket, byte Reply)> ConnectThroughAsync(IPEndPoint destination)
    {
        Socket socket = await ConnectAsync();
        await SendAsync(socket, "050100");
        await ExpectAsync(socket, "0500");
        await SendAsync(socket, "050100" + Block(destination));
        byte[] head = await ReceiveAsync(socket, 4);
        if (head[1] == 0)
            await ReceiveAsync(socket, head[3] == 1 ? 6 : 18);
        return (socket, head[1]);
    }

    /// <summary>Connects and asks for a UDP command; returns the bound endpoint.</summary>
    public async Task<(Socket Socket, IPEndPoint Bound)> AssociateAsync(byte command)
    {
        Socket socket = await ConnectAsync();
        await SendAsync(socket, $"05010005{command:x2}0001000000000000");
        await ExpectAsync(socket, "050005000001");
        byte[] bound = await ReceiveAsync(socket, 6);
        return (socket, new IPEndPoint(new IPAddress(bound.AsSpan(0, 4)), (bound[4] << 8) | bound[5]));
    }

    public static string Block(IPEndPoint endpoint)
    {
        byte[] address = endpoint.Address.GetAddressBytes();
        return (address.Length == 4 ? "01" : "04") + Convert.ToHexStringLower(address) + endpoint.Port.ToString("x4", null);
    }

    public static async Task SendAsync(Socket socket, string hex)
    {
        byte[] bytes = Convert.FromHexString(hex);
        int sent = await socket.SendAsync(bytes).WaitAsync(OwnThread.Patience);
        Xunit.Assert.Equal(bytes.Length, sent);
    }

    public static async Task<byte[]> ReceiveAsync(Socket socket, int length)
    {
        byte[] bytes = new byte[length];
        for (int have = 0; have < length;)
        {
            int got = await socket.ReceiveAsync(bytes.AsMemory(have)).AsTask().WaitAsync(OwnThread.Patience);
            Xunit.Assert.True(got > 0, $"the connection ended after {have} of {length} bytes");
            have += got;
        }
        return bytes;
    }

    public static async Task ExpectAsync(Socket socket, string hex) =>
        Xunit.Assert.Equal(hex, Convert.ToHexStringLower(await ReceiveAsync(socket, hex.Length / 2)));

    public static async Task ExpectEndAsync(Socket socket) =>
        Xunit.Assert.Equal(0, await socket.ReceiveAsync(new byte[1]).WaitAsync(OwnThread.Patience));

    public static async Task ExpectResetAsync(Socket socket)
    {
        SocketException exception = await Xunit.Assert.ThrowsAsync<SocketException>(
            () => socket.ReceiveAsync(new byte[1]).WaitAsync(OwnThread.Patience));
        Xunit.Assert.Equal(SocketError.ConnectionReset, exception.SocketErrorCode);
    }

    public static Socket Listen(IPAddress? address = null)
    {
        address ??= IPAddress.Loopback;
        var listener = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(address, 0));
        listener.Listen(16);
        return listener;
    }

    public static Socket BindUdp(IPAddress? address = null)
    {
        address ??= IPAddress.Loopback;
        var socket = new Socket(address.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        socket.Bind(new IPEndPoint(address, 0));
        return socket;
    }
}
