using Penstock.Wire.Ip;

namespace Penstock.Proxy.Relays;

/// <summary>Whoever takes the datagrams that destinations send back.</summary>
internal interface IDatagramSink
{
    /// <summary>There is room for a datagram of any length.</summary>
    bool HasRoom { get; }

    /// <summary>Takes a datagram that lies in the worker's datagram buffer, with room for a header in front.</summary>
    void OnDatagram(in InetEndpoint from, int offset, int length);

    /// <summary>No more for now: what was gathered goes out.</summary>
    void OnBatchEnd();
}
