using System;
using Penstock.Wire.Ip;

namespace Penstock.Proxy.Relays;

/// <summary>Whoever takes the datagrams that destinations send back.</summary>
internal interface IDatagramSink
{
    /// <summary>There is room for what one call receives.</summary>
    bool HasRoom { get; }

    /// <summary>Takes a datagram, which stays where it is until <see cref="OnBatchEnd"/>.</summary>
    void OnDatagram(in InetEndpoint from, ReadOnlyMemory<byte> datagram);

    /// <summary>No more for now: what was gathered goes out.</summary>
    void OnBatchEnd();
}
