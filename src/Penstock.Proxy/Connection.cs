using System;
using System.Collections.Generic;
using Penstock.Linux;
using Penstock.Linux.Sockets;
using Penstock.Proxy.Relays;
using Penstock.Wire.Socks5;
using Formats = Penstock.Wire.Socks5.SocksServer;

namespace Penstock.Proxy;

/// <summary>An accepted client up to its grant or refusal.</summary>
/// <remarks>
/// <code>
///   Handshaking ──▶ Connecting ──▶ (a relay takes over)
///        └──────────────┴────────▶ Refusing ──▶ closed
/// </code>
/// </remarks>
internal sealed class Connection : IRunnable, ITimed, IDisposable
{
    // The longest of all messages pipelined, and then some of the client's text.
    private const int InputLength = 1280;

    private readonly Worker _worker;
    private readonly StreamEnd _client;
    private readonly Handshake _handshake;
    private byte[] _input = new byte[InputLength];
    private int _length;
    private Phase _phase;
    private Connector? _connector;

    internal Connection(Worker worker, StreamSocket socket)
    {
        _worker = worker;
        _client = new StreamEnd(worker, socket, this);
        _handshake = new Handshake(worker.Options);
        Since = worker.Now;
    }

    private enum Phase
    {
        Handshaking,
        Connecting,
        Refusing,
        Over,
    }

    public long Since { get; private set; }

    public LinkedListNode<ITimed>? Place { get; set; }

    internal void Begin()
    {
        _worker.Counters.Accepted++;
        _ = _client.Socket.SetNoDelay();
        _worker.Adopt(this);
        _worker.Handshakes.Add(this);
        if (!_client.TryWatch())
            Dispose();
    }

    public void Run()
    {
        switch (_phase)
        {
            case Phase.Handshaking:
                ReadMessages();
                break;
            case Phase.Connecting when _client.Broken:
                Fail();
                break;
            case Phase.Refusing:
                Drain();
                break;
        }
    }

    public void OnDeadline()
    {
        if (_phase == Phase.Handshaking)
            _worker.Counters.Failed++;
        Dispose();
    }

    public void Dispose()
    {
        if (_phase == Phase.Over)
            return;
        _client.Close();
        End();
    }

    private void ReadMessages()
    {
        Span<byte> answers = stackalloc byte[Handshake.MostOutput];
        while (_client.Readable && _phase == Phase.Handshaking)
        {
            Span<byte> room = _input.AsSpan(_length);
            SysResult received = _client.Socket.Receive(room);
            if (received.IsAgain)
            {
                _client.Readable = false;
                return;
            }
            if (received.Value <= 0)
            {
                Fail();
                return;
            }
            _client.Readable = received.Value == room.Length || _client.PeerClosed;
            _length += (int)received.Value;
            int consumed = _handshake.Advance(_input.AsSpan(0, _length), answers, out int written);
            _length -= consumed;
            _input.AsSpan(consumed, _length).CopyTo(_input);
            if (written != 0 && !Send(answers[..written]))
            {
                Fail();
                return;
            }
            if (_handshake.State == Handshake.Step.Complete)
                Serve();
            else if (_handshake.State == Handshake.Step.Refused)
                BeginRefusal();
        }
    }

    private void Serve()
    {
        _worker.Handshakes.Remove(this);
        _phase = Phase.Connecting;
        switch (_handshake.Command)
        {
            case SocksCommand.Connect:
                _connector = new Connector(_worker, _handshake.Destination, OnConnected);
                _connector.Start();
                break;
            case SocksCommand.UdpAssociate:
                Associate();
                break;
            default:
                Grant(default);
                if (_phase == Phase.Connecting)
                    Hand(new MessageRelay(_worker, _client, _input.AsSpan(0, _length)));
                break;
        }
    }

    private void OnConnected(StreamEnd? remote, SocksReply reply)
    {
        _connector = null;
        if (_phase != Phase.Connecting)
        {
            remote?.Close();
        }
        else if (remote is null)
        {
            Refuse(reply);
        }
        else if (Grant(new SocksDestination(Endpoints.ToInet(remote.Socket.LocalAddress).Address, remote.Socket.LocalAddress.Port)))
        {
            _worker.Counters.Connected++;
            Hand(new StreamRelay(_worker, _client, remote, _input.AsSpan(0, _length)));
        }
        else
        {
            remote.Close();
        }
    }

    /// <summary>The relay's port is on the address at which the client reached this server, so that the client reaches it too.</summary>
    private void Associate()
    {
        SocketAddress local = _client.Socket.LocalAddress;
        SysResult result = DatagramSocket.Create(local.Family, out DatagramSocket? socket);
        if (result.IsSuccess)
            result = socket!.Bind(SocketAddress.FromInet(local.AddressBytes, 0, local.Scope));
        if (!result.IsSuccess)
        {
            socket?.Dispose();
            Refuse(SocksReply.GeneralFailure);
            return;
        }
        var bound = Endpoints.ToInet(socket!.LocalAddress);
        if (Grant(new SocksDestination(bound.Address, bound.Port)))
            Hand(new DatagramRelay(_worker, _client, socket));
        else
            socket.Dispose();
    }

    private bool Grant(in SocksDestination bound)
    {
        Span<byte> answer = stackalloc byte[Handshake.MostOutput];
        if (Send(answer[..Formats.WriteReply(answer, SocksReply.Succeeded, bound)]))
            return true;
        Fail();
        return false;
    }

    private void Refuse(SocksReply reply)
    {
        Span<byte> answer = stackalloc byte[Handshake.MostOutput];
        _ = Send(answer[..Formats.WriteReply(answer, reply, default)]);
        BeginRefusal();
    }

    /// <summary>Closing at once would turn into RST when the client has sent more, and take the answer with it.</summary>
    private void BeginRefusal()
    {
        _worker.Counters.Failed++;
        _phase = Phase.Refusing;
        _ = _client.Socket.ShutdownSend();
        _worker.Handshakes.Remove(this);
        Since = _worker.Now;
        _worker.Handshakes.Add(this);
        Drain();
    }

    private void Drain()
    {
        while (_client.Readable)
        {
            SysResult received = _client.Socket.Receive(_worker.Unwanted);
            if (received.IsAgain)
                _client.Readable = false;
            else if (received.Value <= 0)
                break;
        }
        if (_client.Readable)
            Dispose();
    }

    private void Fail()
    {
        _worker.Counters.Failed++;
        Dispose();
    }

    /// <summary>A handful of bytes into a socket that has sent next to nothing: what does not fit at once is hostile.</summary>
    private bool Send(ReadOnlySpan<byte> answer) => _client.Socket.Send(answer).Value == answer.Length;

    private void Hand(IRunnable relay)
    {
        End();
        relay.Run();
    }

    private void End()
    {
        _phase = Phase.Over;
        _connector?.Cancel();
        _connector = null;
        _input = [];
        _worker.Handshakes.Remove(this);
        _worker.Forget(this);
    }
}
