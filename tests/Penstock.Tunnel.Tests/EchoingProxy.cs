using System;
using System.Collections.Generic;
using System.Net;
using System.Net.Sockets;
using System.Threading;
using Penstock.Tunnel.Configuration;

namespace Penstock.Tunnel.Tests;

/// <summary>A proxy that grants both UDP commands to everybody and sends back what comes, until it is told to be silent.</summary>
/// <remarks>IPv4 alone, where both commands have ten bytes in front of a payload. What went to port 53 comes back as an answer (QR).</remarks>
internal sealed class EchoingProxy : IDisposable
{
    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly List<Socket> _all = [];
    private readonly List<(Socket Connection, Socket? Relay)> _granted = [];
    private volatile bool _isSilent;
    private volatile bool _isMute;
    private volatile bool _repeats;
    private int _greetings;

    public EchoingProxy()
    {
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen(64);
        Start(Accept);
    }

    /// <summary>New requests are no longer answered; what was granted goes on.</summary>
    public bool IsSilent { set => _isSilent = value; }

    /// <summary>Datagrams to a relay are no longer sent back.</summary>
    public bool IsMute { set => _isMute = value; }

    /// <summary>Each answer comes behind a copy of the one before it on the same association.</summary>
    public bool Repeats { set => _repeats = value; }

    /// <summary>Connections that have greeted.</summary>
    public int Greetings => Volatile.Read(ref _greetings);

    /// <summary>Associations that have been granted.</summary>
    public int Grants
    {
        get
        {
            lock (_granted)
                return _granted.Count;
        }
    }

    public TunnelOptions Options(UdpRelay way, int pool) => new()
    {
        Socks5 = new Socks5Options
        {
            Address = "127.0.0.1",
            Port = (ushort)((IPEndPoint)_listener.LocalEndPoint!).Port,
            Udp = way,
            PoolSize = pool,
        },
    };

    /// <summary>Waits until so many associations have been granted since the start.</summary>
    public void WaitForGrants(int count)
    {
        lock (_granted)
        {
            while (_granted.Count < count)
                Monitor.Wait(_granted);
        }
    }

    /// <summary>Ends an association, by the order in which they were granted: its relay first.</summary>
    public void End(int index)
    {
        lock (_granted)
        {
            _granted[index].Relay?.Dispose();
            _granted[index].Connection.Shutdown(SocketShutdown.Both);
        }
    }

    /// <summary>Resets the connection of an association: its end is known to the tunnel's kernel afterwards.</summary>
    public void Reset(int index)
    {
        lock (_granted)
        {
            _granted[index].Connection.LingerState = new LingerOption(true, 0);
            _granted[index].Connection.Dispose();
        }
    }

    public void Dispose()
    {
        _listener.Dispose();
        lock (_all)
            _all.ForEach(socket => socket.Dispose());
    }

    private void Accept()
    {
        while (true)
        {
            Socket connection = Keep(_listener.Accept());
            Start(() => Serve(connection));
        }
    }

    private void Serve(Socket connection)
    {
        connection.NoDelay = true;
        ScriptedProxy.Read(connection, 3);
        Interlocked.Increment(ref _greetings);
        connection.Send([5, 0]);
        string request = ScriptedProxy.Read(connection, 10);
        if (_isSilent)
            return;
        bool isMessages = request.StartsWith("0505", StringComparison.Ordinal);
        int port = 0;
        Socket? relay = null;
        if (!isMessages)
        {
            relay = Keep(new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp));
            relay.Bind(new IPEndPoint(IPAddress.Loopback, 0));
            port = ((IPEndPoint)relay.LocalEndPoint!).Port;
            Start(() => Echo(relay));
        }
        connection.Send([5, 0, 0, 1, 127, 0, 0, 1, (byte)(port >> 8), (byte)port]);
        lock (_granted)
        {
            _granted.Add((connection, relay));
            Monitor.PulseAll(_granted);
        }
        byte[] buffer = new byte[65536];
        byte[] last = [];
        for (int got; isMessages && (got = connection.Receive(buffer)) > 0;)
            Answer(buffer.AsSpan(0, got), ref last, answer => connection.Send(answer));
    }

    private void Echo(Socket relay)
    {
        byte[] buffer = new byte[65536];
        byte[] last = [];
        while (true)
        {
            EndPoint from = new IPEndPoint(IPAddress.Any, 0);
            int length = relay.ReceiveFrom(buffer, ref from);
            if (!_isMute)
                Answer(buffer.AsSpan(0, length), ref last, answer => relay.SendTo(answer, from));
        }
    }

    private void Answer(Span<byte> question, ref byte[] last, Action<byte[]> send)
    {
        const int Port = 8, Flags = 12;
        if (question.Length > Flags && question[Port] == 0 && question[Port + 1] == 53)
            question[Flags] |= 0x80;
        if (_repeats && last.Length > 0)
            send(last);
        last = question.ToArray();
        send(last);
    }

    private Socket Keep(Socket socket)
    {
        lock (_all)
            _all.Add(socket);
        return socket;
    }

    private static void Start(Action body)
    {
        new Thread(() =>
        {
            try
            {
                body();
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException or Xunit.Sdk.XunitException)
            {
                // The other side, or the test, has ended.
            }
        })
        {
            IsBackground = true,
        }.Start();
    }
}
