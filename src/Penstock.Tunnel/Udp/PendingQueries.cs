using System;
using System.Runtime.CompilerServices;
using Penstock.Wire.Dns;

namespace Penstock.Tunnel.Udp;

/// <summary>The DNS queries of a source that have no answer yet, while it sends nothing else.</summary>
/// <remarks>
/// A resolver that asks from a port of its own for each query is done with that port once it is answered, so its
/// association can serve the next one. A source that sends anything else, or has many queries on their way at once (a
/// forwarder), is not judged: it keeps its association for as long as any other. A query that is asked again waits for
/// both answers.
/// </remarks>
internal struct PendingQueries
{
    private const int Most = 8;
    private const int Port = 53;

    private Ids _ids;
    private byte _count;
    private bool _isOther;

    /// <summary>Everything that was sent is a query.</summary>
    public readonly bool AreAll => !_isOther;

    /// <summary>Everything that was sent is a query, and has its answer.</summary>
    public readonly bool AreAnswered => !_isOther && _count == 0;

    /// <summary>The source sends a datagram.</summary>
    /// <param name="port">The destination's port.</param>
    /// <param name="payload">Its payload.</param>
    public void OnSent(int port, ReadOnlySpan<byte> payload)
    {
        if (_isOther)
            return;
        if (port != Port || _count == Most || !IsQuery(payload, out ushort id))
            _isOther = true;
        else
            _ids[_count++] = id;
    }

    /// <summary>The source is sent a datagram.</summary>
    /// <returns>True when it is the answer to one of the queries, which no longer waits.</returns>
    public bool OnAnswer(ReadOnlySpan<byte> payload)
    {
        if (_count == 0 || !DnsHeader.TryRead(payload, out DnsHeader header) || !header.IsResponse)
            return false;
        for (int i = 0; i < _count; i++)
        {
            if (_ids[i] != header.Id)
                continue;
            _ids[i] = _ids[--_count];
            return true;
        }
        return false;
    }

    // Strict, so that whatever else goes to this port (tunnels do) is not taken for it.
    private static bool IsQuery(ReadOnlySpan<byte> payload, out ushort id)
    {
        bool isHeader = DnsHeader.TryRead(payload, out DnsHeader header);
        id = header.Id;
        return isHeader && header is { IsResponse: false, Opcode: 0, ResponseCode: 0, Questions: 1, Answers: 0, Authorities: 0, Additionals: <= 2 };
    }

    [InlineArray(Most)]
    private struct Ids
    {
        private ushort _first;
    }
}
