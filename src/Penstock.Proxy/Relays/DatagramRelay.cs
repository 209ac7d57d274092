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
    private const int CallsATurn = 2;

    private readonly Worker _worker;
    private readonly StreamEnd _control;
    private readonly DatagramPort _port;
    private readonly OutboundDatagrams _outbound;
    private readonly InetAddress _clientHost;
    private readonly ulong _token;
    private SocketAddress _client;
    private bool _closed;

    internal DatagramRelay(Worker worker, StreamEnd control, DatagramSocket socket)
    {
        _worker = worker;
        _control = control;
        _port = new DatagramPort(socket);
        _clientHost = Endpoints.ToInet(control.Socket.PeerAddress).Address;
        _outbound = new OutboundDatagrams(worker, this);
        Since = worker.Now;
        control.Owner = this;
        worker.Adopt(this);
        worker.Idles.Add(this);
        worker.Counters.Associated++;
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
            SysResult received = _control.Socket.Receive(_worker.Unwanted);
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
        DatagramBatches batches = _worker.Datagrams;
        for (int i = 0; i < CallsATurn; i++)
        {
            if (!batches.Receive(_port.Socket).IsSuccess)
                return;
            for (int slot = 0; slot < batches.Count; slot++)
            {
                if (IsClient(batches.SenderOf(slot)))
                    SendOn(batches, slot);
            }
            _outbound.Flush();
            if (!batches.IsFull)
                return;
        }
    }

    public void OnDatagram(in InetEndpoint from, ReadOnlyMemory<byte> datagram) =>
        _worker.Counters.DatagramsDown += ToClient.AddFrom(from, _port, datagram, _client);

    public void OnBatchEnd()
    {
        _worker.Counters.DatagramsDown += ToClient.Flush();
        Renew();
    }

    public void OnDeadline() => Dispose();

    public void Dispose()
    {
        if (_closed)
            return;
        _closed = true;
        _outbound.Dispose();
        _worker.Unwatch(_port.Socket.Descriptor, _token);
        _port.Socket.Dispose();
        _control.Close();
        _worker.Idles.Remove(this);
        _worker.Forget(this);
    }

    private DatagramSender ToClient => _worker.Datagrams.To(_clientHost.IsV6);

    private void SendOn(DatagramBatches batches, int slot)
    {
        for (int end = -1; batches.Next(slot, ref end, out ReadOnlyMemory<byte> bytes);)
        {
            if (SocksDatagram.TryParse(bytes.Span, out SocksDatagram datagram) && !datagram.IsFragment)
                _outbound.Send(datagram.ToDestination(), bytes[datagram.HeaderLength..]);
        }
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
