using System;
using Penstock.Stack.Buffers;
using Penstock.Stack.Ip;
using Penstock.Tunnel.Statistics;
using Penstock.Wire.Ip;

namespace Penstock.Tunnel.Udp;

/// <summary>Answers of one size in a row from one sender to one app: the device takes them as one super-packet.</summary>
/// <remarks>
/// <code>
///   answers   | 1200 | 1200 | 1200 | 700 |    | 1200 | ...
///             '------ one write ---------'    '-- the next
/// </code>
/// Only the last one of a row may be shorter. What is held is sent before the memory that it lies in is received into
/// again: <see cref="Flush"/>.
/// </remarks>
internal sealed class AnswerRun(IpOutput output, ShardCounters counters)
{
    private readonly Lease[] _payloads = new Lease[IpOutput.MostInARow];
    private InetEndpoint _from;
    private InetEndpoint _to;
    private int _count;
    private int _bytes;
    private bool _isClosed;

    /// <summary>Sends a datagram to an app, now or with those that follow.</summary>
    public void Add(in InetEndpoint from, in InetEndpoint to, in Lease payload)
    {
        if (_count > 0 && !Continues(from, to, payload.Length))
            Flush();
        if (_count == 0)
        {
            _from = from;
            _to = to;
            _bytes = 0;
            _isClosed = false;
        }
        else
        {
            _isClosed = payload.Length < _payloads[0].Length;
        }
        _payloads[_count++] = payload.Share();
        _bytes += payload.Length;
    }

    /// <summary>Sends what is held.</summary>
    public void Flush()
    {
        if (_count == 0)
            return;
        Span<Lease> payloads = _payloads.AsSpan(0, _count);
        bool isSent = _count == 1
            ? output.SendDatagram(_from, _to, payloads[0])
            : output.SendInARow(_from, _to, payloads, _bytes);
        if (isSent)
        {
            counters.DatagramsFromUplink += _count;
            counters.BytesFromUplink += _bytes;
        }
        foreach (ref Lease payload in payloads)
        {
            payload.Release();
            payload = default;
        }
        _count = 0;
    }

    private bool Continues(in InetEndpoint from, in InetEndpoint to, int length) =>
        !_isClosed && _count < _payloads.Length && length > 0 && length <= _payloads[0].Length && from == _from && to == _to
        && output.CanSendInARow(to.Address, _payloads[0].Length, _bytes + length);
}
