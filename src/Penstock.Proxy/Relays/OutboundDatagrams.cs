using System;
using System.Collections.Generic;
using Penstock.Linux.Events;
using Penstock.Linux.Sockets;
using Penstock.Wire.Ip;
using Penstock.Wire.Socks5;

namespace Penstock.Proxy.Relays;

/// <summary>The sockets of an association towards its destinations: one for IPv4, one for IPv6, opened when needed.</summary>
internal sealed class OutboundDatagrams(Worker worker, IDatagramSink sink) : IDisposable
{
    private const int MostNames = 64;
    private const int MostResolving = 16;

    private readonly Dictionary<string, InetAddress> _names = [];
    private Leg? _v4;
    private Leg? _v6;
    private int _resolving;
    private bool _closed;

    /// <summary>
    /// Sends a payload to an address or name, at the latest by <see cref="Flush"/>, until when it stays where it is;
    /// what cannot be sent is dropped, as on any network.
    /// </summary>
    internal void Send(in SocksDestination destination, ReadOnlyMemory<byte> payload)
    {
        if (worker.Options.Allows?.Invoke(destination) == false)
            return;
        if (destination.Name is not { } name)
            SendTo(destination.Address, destination.Port, payload);
        else if (InetAddress.TryParse(name, out InetAddress address) || _names.TryGetValue(name, out address))
            SendTo(address, destination.Port, payload);
        else if (_resolving < MostResolving)
            SendResolved(name, destination.Port, payload.ToArray());
    }

    /// <summary>Sends what was gathered.</summary>
    internal void Flush() => worker.Counters.DatagramsUp += worker.Datagrams.To(isV6: false).Flush() + worker.Datagrams.To(isV6: true).Flush();

    /// <summary>The sink has room again.</summary>
    internal void Resume()
    {
        _v4?.Resume();
        _v6?.Resume();
    }

    public void Dispose()
    {
        _closed = true;
        _v4?.Dispose();
        _v6?.Dispose();
    }

    private void SendResolved(string name, ushort port, byte[] payload)
    {
        _resolving++;
        Resolution.Begin(worker, name, addresses =>
        {
            _resolving--;
            if (_closed || addresses.Count == 0)
                return;
            if (_names.Count >= MostNames)
                _names.Clear();
            _names[name] = addresses[0];
            if (LegFor(addresses[0]) is { } leg && leg.Port.Socket.SendTo(payload, Endpoints.ToSocket(addresses[0], port)).IsSuccess)
                worker.Counters.DatagramsUp++;
        });
    }

    private void SendTo(in InetAddress address, ushort port, ReadOnlyMemory<byte> payload)
    {
        if (LegFor(address) is { } leg)
            worker.Counters.DatagramsUp += worker.Datagrams.To(address.IsV6).Add(leg.Port, payload, Endpoints.ToSocket(address, port));
    }

    private Leg? LegFor(in InetAddress address) => address.IsV6
        ? _v6 ??= Leg.Open(worker, sink, isV6: true)
        : _v4 ??= Leg.Open(worker, sink, isV6: false);

    /// <summary>One socket; watched level-triggered, so that a full sink only has to look away for a while.</summary>
    private sealed class Leg : IPollTarget, IDisposable
    {
        private const int CallsATurn = 2;

        private readonly Worker _worker;
        private readonly IDatagramSink _sink;
        private ulong _token;
        private bool _paused;
        private bool _isClosed;

        private Leg(Worker worker, IDatagramSink sink, DatagramSocket socket)
        {
            _worker = worker;
            _sink = sink;
            Port = new DatagramPort(socket);
        }

        internal DatagramPort Port { get; }

        internal static Leg? Open(Worker worker, IDatagramSink sink, bool isV6)
        {
            if (!DatagramSocket.Create(isV6 ? AddressFamily.Inet6 : AddressFamily.Inet, out DatagramSocket? made).IsSuccess || made is not { } socket)
                return null;
            var leg = new Leg(worker, sink, socket);
            if (worker.Options.Outbound.Apply(socket, isV6).IsSuccess
                && worker.TryWatch(socket.Descriptor, EpollInterest.Readable, leg, out leg._token))
                return leg;
            socket.Dispose();
            return null;
        }

        public void OnReady(EpollReady ready)
        {
            DatagramBatches batches = _worker.Datagrams;
            for (int i = 0; i < CallsATurn && !_isClosed; i++)
            {
                if (!_sink.HasRoom)
                {
                    Pause();
                    _sink.OnBatchEnd();
                    return;
                }
                if (!batches.Receive(Port.Socket).IsSuccess)
                    return;
                for (int slot = 0; slot < batches.Count && !_isClosed; slot++)
                    Deliver(batches, slot);
                if (!_isClosed)
                    _sink.OnBatchEnd();
                if (!batches.IsFull)
                    return;
            }
        }

        internal void Resume()
        {
            if (!_paused)
                return;
            _paused = false;
            _worker.Rewatch(Port.Socket.Descriptor, EpollInterest.Readable, _token);
        }

        public void Dispose()
        {
            _isClosed = true;
            _worker.Unwatch(Port.Socket.Descriptor, _token);
            Port.Socket.Dispose();
        }

        private void Deliver(DatagramBatches batches, int slot)
        {
            InetEndpoint from = Endpoints.ToInet(batches.SenderOf(slot));
            for (int end = -1; !_isClosed && batches.Next(slot, ref end, out ReadOnlyMemory<byte> datagram);)
                _sink.OnDatagram(from, datagram);
        }

        private void Pause()
        {
            _paused = true;
            _worker.Rewatch(Port.Socket.Descriptor, EpollInterest.None, _token);
        }
    }
}
