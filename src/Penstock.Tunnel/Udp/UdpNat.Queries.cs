using System;
using System.Text;
using Penstock.Stack.Buffers;
using Penstock.Stack.Udp;
using Penstock.Tunnel.MappedDns;
using Penstock.Wire.Ip;

namespace Penstock.Tunnel.Udp;

// Mapped DNS: queries, and the addresses of names.
internal sealed partial class UdpNat
{
    private const int LongestAnswer = 4096;

    /// <summary>The mapped address of a name that the proxy names as a sender.</summary>
    public bool TryAddressOf(DatagramSource source, bool isV6, out InetEndpoint endpoint)
    {
        Span<char> name = stackalloc char[source.Name.Length];
        Encoding.Latin1.GetChars(source.Name, name);
        InetAddress address = default;
        bool isKnown = _group.Names?.TryAddress(name, isV6, out address) ?? false;
        endpoint = new InetEndpoint(address, source.Endpoint.Port);
        return isKnown;
    }

    // A super-packet holds as many queries as datagrams.
    private void Answer(MappedDnsResolver names, in UdpDatagram datagram)
    {
        Lease payload = datagram.Payload;
        int size = datagram.SegmentSize;
        for (; size > 0 && payload.Length > size; payload = payload.Slice(size, payload.Length - size))
            Answer(names, datagram.Flow, payload.Slice(0, size));
        Answer(names, datagram.Flow, payload);
    }

    private void Answer(MappedDnsResolver names, in FlowKey flow, in Lease query)
    {
        if (!Pool.TryRent(LongestAnswer, out Lease answer))
        {
            Counters.DatagramsWithoutRoom++;
            return;
        }
        DnsVerdict verdict = names.Answer(query.Span, answer.Span, overTcp: false, out int length);
        if (verdict == DnsVerdict.Answered)
        {
            Counters.QueriesAnswered++;
            _stack.Datagrams.SendDatagram(flow.Destination, flow.Source, answer.Slice(0, length));
        }
        answer.Release();
        if (verdict == DnsVerdict.Excluded)
            AskBehindTheProxy(names, flow, query);
    }

    private void AskBehindTheProxy(MappedDnsResolver names, in FlowKey flow, in Lease question)
    {
        DatagramQuery query = new(_stack.Datagrams, Pool, Counters, flow);
        if (!names.TryServerFor(flow.Destination, out InetEndpoint server))
            query.OnUnresolved(question.Span);
        else if (Queries.Ask(question.Span, flow.Source.Address, server, query) is null)
            Counters.DatagramsWithoutRoom++;
    }
}
