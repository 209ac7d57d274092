using System;
using System.Net;
using System.Net.Sockets;
using Penstock.Tunnel.Configuration;
using Xunit;

namespace Penstock.Tunnel.Tests;

/// <summary>A SOCKS5 proxy in the test's hands: every byte is read and written by the test itself.</summary>
internal sealed class ScriptedProxy : IDisposable
{
    private const int Patience = 15_000; // less than a connection stands ready, WarmPool.Lifetime
    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);

    /// <param name="host">127.0.0.2 tells an address that was taken from the connection from a local default.</param>
    public ScriptedProxy(string host = "127.0.0.2")
    {
        Host = IPAddress.Parse(host);
        _listener.Bind(new IPEndPoint(Host, 0));
        _listener.Listen(64);
    }

    public IPAddress Host { get; }

    public ushort Port => (ushort)((IPEndPoint)_listener.LocalEndPoint!).Port;

    public Socket? Relay { get; private set; }

    /// <summary>The last request of <see cref="AcceptConnect"/>, in hexadecimal digits.</summary>
    public string Request { get; private set; } = "";

    public TunnelOptions Options(UdpRelay way) => new()
    {
        Socks5 = new Socks5Options
        {
            Address = Host.ToString(),
            Port = Port,
            Udp = way,
            PoolSize = 0,
        },
    };

    /// <summary>Takes a connection up to its request, which must be the command; those that end after the greeting were checks.</summary>
    /// <param name="command">CMD of the request.</param>
    /// <param name="receiveBuffer">Bytes that the socket keeps for a reader; 0 for as many as the system likes.</param>
    public Socket Accept(byte command, int receiveBuffer = 0)
    {
        if (receiveBuffer > 0)
            _listener.ReceiveBufferSize = receiveBuffer;
        Socket connection = AcceptGreeting();
        while (connection.Receive(new byte[1], SocketFlags.Peek) == 0)
        {
            connection.Dispose();
            connection = AcceptGreeting();
        }
        Assert.Equal($"05{command:x2}0001000000000000", Read(connection, 10));
        return connection;
    }

    /// <summary>Takes a connection whose request must be CONNECT to an IPv4 address, and says that it is there.</summary>
    /// <param name="receiveBuffer">Bytes that the socket keeps for a reader; 0 for as many as the system likes.</param>
    public Socket AcceptConnect(int receiveBuffer = 0)
    {
        if (receiveBuffer > 0)
            _listener.ReceiveBufferSize = receiveBuffer;
        Socket connection = AcceptGreeting();
        Request = Read(connection, 10);
        Assert.StartsWith("05010001", Request, StringComparison.Ordinal);
        connection.Send([5, 0, 0, 1, 0, 0, 0, 0, 0, 0]);
        return connection;
    }

    /// <summary>Takes a connection and leaves every byte of it to the test.</summary>
    public Socket AcceptSilently()
    {
        Assert.True(_listener.Poll(TimeSpan.FromMilliseconds(Patience), SelectMode.SelectRead), "no connection to the proxy");
        Socket connection = _listener.Accept();
        connection.NoDelay = true;
        connection.ReceiveTimeout = Patience;
        return connection;
    }

    private Socket AcceptGreeting()
    {
        Socket connection = AcceptSilently();
        Assert.Equal("050100", Read(connection, 3));
        connection.Send([5, 0]);
        return connection;
    }

    /// <summary>Takes a connection for UDP ASSOCIATE and opens a relay, whose address is told as it is or as 0.0.0.0.</summary>
    public Socket Associate(bool tellsAddress = true)
    {
        Socket control = Accept(3);
        Relay?.Dispose();
        Relay = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp) { ReceiveTimeout = Patience };
        Relay.Bind(new IPEndPoint(Host, 0));
        int port = ((IPEndPoint)Relay.LocalEndPoint!).Port;
        byte[] address = tellsAddress ? Host.GetAddressBytes() : new byte[4];
        control.Send([5, 0, 0, 1, .. address, (byte)(port >> 8), (byte)port]);
        return control;
    }

    /// <summary>Takes the relay away from the proxy, whose next association would close it.</summary>
    public Socket KeepRelay()
    {
        Socket relay = Relay!;
        Relay = null;
        return relay;
    }

    /// <summary>The next datagram that reaches the relay, and who sent it.</summary>
    public EndPoint ExpectAtRelay(string hex)
    {
        byte[] buffer = new byte[65536];
        EndPoint from = new IPEndPoint(IPAddress.Any, 0);
        int length = Relay!.ReceiveFrom(buffer, ref from);
        Assert.Equal(hex, Convert.ToHexStringLower(buffer.AsSpan(0, length)));
        return from;
    }

    public static string Read(Socket socket, int length)
    {
        byte[] bytes = new byte[length];
        for (int have = 0; have < length;)
        {
            int got = socket.Receive(bytes.AsSpan(have));
            Assert.True(got > 0, $"the connection ended after {have} of {length} bytes");
            have += got;
        }
        return Convert.ToHexStringLower(bytes);
    }

    public static void Write(Socket socket, string hex) => socket.Send(Convert.FromHexString(hex));

    public void Dispose()
    {
        Relay?.Dispose();
        _listener.Dispose();
    }
}
