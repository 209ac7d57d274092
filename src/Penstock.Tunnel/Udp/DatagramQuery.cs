using System;
using Penstock.Stack.Buffers;
using Penstock.Stack.Ip;
using Penstock.Tunnel.MappedDns;
using Penstock.Tunnel.Statistics;
using Penstock.Wire.Dns;
using Penstock.Wire.Ip;

namespace Penstock.Tunnel.Udp;

/// <summary>A query that came in a datagram: its answer goes back as one, from whom was asked.</summary>
internal sealed class DatagramQuery(IpOutput output, BufferPool pool, ShardCounters counters, FlowKey flow) : IQueryOwner
{
    public void OnResolved(ReadOnlySpan<byte> query, Span<byte> answer)
    {
        counters.QueriesAnswered++;
        Send(answer[..MappedDnsResolver.FitDatagram(query, answer)]);
    }

    public void OnUnresolved(ReadOnlySpan<byte> query)
    {
        Span<byte> answer = stackalloc byte[DnsEdns.MinPayloadSize];
        Send(answer[..MappedDnsResolver.WriteFailure(query, answer)]);
    }

    private void Send(ReadOnlySpan<byte> answer)
    {
        if (!pool.TryCopy(answer, out Lease payload))
            return;
        output.SendDatagram(flow.Destination, flow.Source, payload);
        payload.Release();
    }
}
