using System;
using System.Collections.Generic;
using Penstock.Linux;
using Penstock.Linux.Events;
using Penstock.Linux.Sockets;
using Penstock.Wire.Ip;
using Penstock.Wire.Socks5;

namespace Penstock.Proxy.Relays;

/// <summary>The sockets of an association towards its destinations: one for IPv4, one for IPv6, opened when needed.</summary>
internal sealed class OutboundDatagrams(Worker worker, IDatagramSink sink) : IDisposable
{
    /// <summary>Room in front of a datagram for any header.</summary>
    internal const int Headroom = 64;

    private const int MostNames = 64;
    private const int MostResolving = 16;

    private readonly Dictionary<string, InetAddress> _names = [];
    private Leg? _v4;
    private Leg? _v6;
    private int _resolving;
    private bool _closed;

    /// <summary>Sends a payload to an address or name; what cannot be sent is dropped, as on any network.</summary>
    internal void Send(in SocksDestination destination, ReadOnlySpan<byte> payload)
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
            SendTo(addresses[0], port, payload);
        });
    }

    private void SendTo(in InetAddress address, ushort port, ReadOnlySpan<byte> payload)
    {
        ref Leg? leg = ref address.IsV6 ? ref _v6 : ref _v4;
        leg ??= Leg.Open(worker, sink, address.IsV6);
        if (leg is not null && leg.Socket.SendTo(payload, Endpoints.ToSocket(address, port)).IsSuccess)
            worker.Counters.DatagramsUp++;
    }

    /// <summary>One socket; watched level-triggered, so that a full sink only has to look away for a while.</summary>
    private sealed class Leg : IPollTarget, IDisposable
    {
        private const int DatagramsATurn = 64;

        private readonly Worker _worker;
        private readonly IDatagramSink _sink;
        private ulong _token;
        private bool _paused;

        private Leg(Worker worker, IDatagramSink sink, DatagramSocket socket)
        {
            _worker = worker;
            _sink = sink;
            Socket = socket;
        }

        internal DatagramSocket Socket { get; }

        internal static Leg? Open(Worker worker, IDatagramSink sink, bool isV6)
        {
            if (!DatagramSocket.Create(isV6 ? AddressFamily.Inet6 : AddressFamily.Inet, out DatagramSocket? socket).IsSuccess)
                return null;
            _ = socket!.SetReceiveBuffer(1 << 20);
            var leg = new Leg(worker, sink, socket);
            if (worker.Options.Outbound.Apply(socket, isV6).IsSuccess
                && worker.TryWatch(socket.Descriptor, EpollInterest.Readable, leg, out leg._token))
                return leg;
            socket.Dispose();
            return null;
        }

        public void OnReady(EpollReady ready)
        {
            byte[] buffer = _worker.Datagram;
            for (int i = 0; i < DatagramsATurn; i++)
            {
                if (!_sink.HasRoom)
                {
                    Pause();
                    break;
                }
                SysResult received = Socket.ReceiveFrom(buffer.AsSpan(Headroom), out SocketAddress from);
                if (!received.IsSuccess)
                    break;
                _sink.OnDatagram(Endpoints.ToInet(from), Headroom, (int)received.Value);
                if (Socket.Descriptor < 0)
                    return;
            }
            _sink.OnBatchEnd();
        }

        internal void Resume()
        {
            if (!_paused)
                return;
            _paused = false;
            _worker.Rewatch(Socket.Descriptor, EpollInterest.Readable, _token);
        }

        public void Dispose()
        {
            _worker.Unwatch(Socket.Descriptor, _token);
            Socket.Dispose();
        }

        private void Pause()
        {
            _paused = true;
            _worker.Rewatch(Socket.Descriptor, EpollInterest.None, _token);
        }
    }
}
