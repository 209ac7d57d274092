using System;
using System.Collections.Generic;
using Penstock.Linux;
using Penstock.Linux.Events;
using Penstock.Linux.Sockets;
using Penstock.Wire.Ip;
using Penstock.Wire.Socks5;

namespace Penstock.Proxy.Relays;

/// <summary>A granted UDP ASSOCIATE: datagrams between the client and any destination while the TCP connection lives.</summary>
/// <remarks>
/// Only the host at the other end of the TCP connection is served, and of its ports the one that spoke first: others
/// on that host have no business in this association.
/// </remarks>
internal sealed class DatagramRelay : IRunnable, IPollTarget, ITimed, IDatagramSink, IDisposable
{
    private const int DatagramsATurn = 64;

    private readonly Worker _worker;
    private readonly StreamEnd _control;
    private readonly DatagramSocket _socket;
    private readonly OutboundDatagrams _outbound;
    private readonly InetAddress _clientHost;
    private readonly ulong _token;
    private SocketAddress _client;
    private bool _closed;

    internal DatagramRelay(Worker worker, StreamEnd control, DatagramSocket socket)
    {
        _worker = worker;
        _control = control;
        _socket = socket;
        _clientHost = Endpoints.ToInet(control.Socket.PeerAddress).Address;
        _outbound = new OutboundDatagrams(worker, this);
        Since = worker.Now;
        control.Owner = this;
        worker.Adopt(this);
        worker.Idles.Add(this);
        worker.Counters.Associated++;
        _ = socket.SetReceiveBuffer(1 << 20);
        if (!worker.TryWatch(socket.Descriptor, EpollInterest.Readable, this, out _token))
            Dispose();
    }

    public long Since { get; private set; }

    public LinkedListNode<ITimed>? Place { get; set; }

    public bool HasRoom => true;

    /// <summary>The control connection: what arrives on it means nothing, its end is the association's.</summary>
    public void Run()
    {
        while (!_closed && _control.Readable)
        {
            SysResult received = _control.Socket.Receive(_worker.Datagram);
            if (received.IsAgain)
                _control.Readable = false;
            else if (received.Value <= 0)
                Dispose();
        }
    }

    /// <summary>Datagrams of the client.</summary>
    public void OnReady(EpollReady ready)
    {
        Renew();
        for (int i = 0; i < DatagramsATurn; i++)
        {
            SysResult received = _socket.ReceiveFrom(_worker.Datagram, out SocketAddress from);
            if (!received.IsSuccess)
                return;
            ReadOnlySpan<byte> bytes = _worker.Datagram.AsSpan(0, (int)received.Value);
            if (IsClient(from) && SocksDatagram.TryParse(bytes, out SocksDatagram datagram) && !datagram.IsFragment)
                _outbound.Send(datagram.ToDestination(), datagram.Payload);
        }
    }

    public void OnDatagram(in InetEndpoint from, int offset, int length)
    {
        var source = new SocksDestination(from.Address, from.Port);
        int header = SocksDatagram.LengthOfHeader(source);
        SocksDatagram.WriteHeader(_worker.Datagram.AsSpan(offset - header), source);
        if (_socket.SendTo(_worker.Datagram.AsSpan(offset - header, header + length), _client).IsSuccess)
            _worker.Counters.DatagramsDown++;
    }

    public void OnBatchEnd() => Renew();

    public void OnDeadline() => Dispose();

    public void Dispose()
    {
        if (_closed)
            return;
        _closed = true;
        _outbound.Dispose();
        _worker.Unwatch(_socket.Descriptor, _token);
        _socket.Dispose();
        _control.Close();
        _worker.Idles.Remove(this);
        _worker.Forget(this);
    }

    private bool IsClient(in SocketAddress from)
    {
        if (_client.Family == AddressFamily.Unspecified && Endpoints.ToInet(from).Address == _clientHost)
            _client = from;
        return from == _client;
    }

    private void Renew()
    {
        Since = _worker.Now;
        _worker.Idles.Renew(this);
    }
}
