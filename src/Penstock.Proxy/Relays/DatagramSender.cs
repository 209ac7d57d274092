using System;
using Penstock.Linux;
using Penstock.Linux.Sockets;
using Penstock.Wire.Ip;
using Penstock.Wire.Socks5;

namespace Penstock.Proxy.Relays;

/// <summary>Datagrams that wait to leave together: many in one call, and those of one size and destination in a row as one.</summary>
/// <remarks>
/// They are kept by address: memory that does not move until <see cref="Flush"/>, which comes before whoever added them
/// goes on to something else. What is refused is dropped, as on any network, and takes none of the others with it.
/// </remarks>
internal sealed class DatagramSender(WorkerCounters counters) : IDisposable
{
    private const int Most = 256;
    private const int MostACall = 64;
    private const int MostParts = 64; // no more than UDP_MAX_SEGMENTS
    private const int LargestRow = 65_000;

    private readonly DatagramSendBatch _batch = new(MostACall, MostParts);
    private readonly int[] _rows = new int[MostACall];
    private readonly Waiting[] _waiting = new Waiting[Most];
    private readonly byte[] _headers = GC.AllocateUninitializedArray<byte>(Most * SocksDatagram.HeaderV6, pinned: true);
    private DatagramPort? _port;
    private InetEndpoint _source;
    private ReadOnlyMemory<byte> _header;
    private int _headersEnd;
    private int _count;

    private struct Waiting
    {
        internal ReadOnlyMemory<byte> Header;
        internal ReadOnlyMemory<byte> Payload;
        internal SocketAddress To;

        internal readonly int Length => Header.Length + Payload.Length;
    }

    /// <summary>Adds a datagram. The value is the number that had to leave before, and did.</summary>
    internal int Add(DatagramPort port, ReadOnlyMemory<byte> payload, in SocketAddress to)
    {
        int sent = MakeRoom(port);
        Enqueue(default, payload, to);
        return sent;
    }

    /// <summary>Adds a datagram behind the header that tells a client where it is from.</summary>
    internal int AddFrom(in InetEndpoint source, DatagramPort port, ReadOnlyMemory<byte> payload, in SocketAddress to)
    {
        int sent = MakeRoom(port); // which forgets all headers: before this one is written
        if (_header.IsEmpty || source != _source)
        {
            Span<byte> room = _headers.AsSpan(_headersEnd);
            int length = SocksDatagram.WriteHeader(room, new SocksDestination(source.Address, source.Port));
            _header = _headers.AsMemory(_headersEnd, length);
            _headersEnd += length;
            _source = source;
        }
        Enqueue(_header, payload, to);
        return sent;
    }

    /// <summary>Sends what waits. The value is the number of datagrams that were taken.</summary>
    internal int Flush()
    {
        int next = 0;
        int sent = 0;
        while (next < _count)
        {
            Fill(next);
            counters.DatagramCalls++;
            SysResult result = _port!.Socket.Send(_batch);
            for (int i = 0; i < _batch.Sent; i++)
            {
                sent += _rows[i];
                next += _rows[i];
            }
            if (result.IsSuccess)
                continue;
            if (_rows[0] > 1 && result.Errno is Errno.EINVAL or Errno.EMSGSIZE or Errno.EIO && _port.LargestSegment >= _waiting[next].Length)
                _port.LargestSegment = result.Errno == Errno.EIO ? 0 : _waiting[next].Length - 1; // no more of this size in a row
            else
                next++;
        }
        _waiting.AsSpan(0, _count).Clear();
        _count = 0;
        _header = default;
        _headersEnd = 0;
        return sent;
    }

    public void Dispose() => _batch.Dispose();

    /// <summary>Sends what waits if it leaves by another port or there is no room. The value is the number that left.</summary>
    private int MakeRoom(DatagramPort port)
    {
        int sent = _count == Most || port != _port ? Flush() : 0;
        _port = port;
        return sent;
    }

    private void Enqueue(ReadOnlyMemory<byte> header, ReadOnlyMemory<byte> payload, in SocketAddress to)
    {
        ref Waiting datagram = ref _waiting[_count++];
        datagram.Header = header;
        datagram.Payload = payload;
        datagram.To = to;
    }

    /// <summary>Fills the batch from a place on, rows of one size as one message each.</summary>
    private void Fill(int next)
    {
        _batch.Clear();
        while (next < _count && _batch.TryAdd(_waiting[next].Header.Span, _waiting[next].Payload.Span, _waiting[next].To))
        {
            int row = Extend(next);
            if (row > 1)
                _batch.Segment(_waiting[next].Length);
            _rows[_batch.Count - 1] = row;
            next += row;
        }
    }

    /// <summary>Extends the batch's last message by those that fit behind it; the value is how many it is then.</summary>
    private int Extend(int first)
    {
        int size = _waiting[first].Length;
        int row = 1;
        if (size == 0 || size > _port!.LargestSegment)
            return row;
        int bytes = size;
        for (int parts = 2; first + row < _count; parts += 2, row++)
        {
            ref readonly Waiting datagram = ref _waiting[first + row];
            int length = datagram.Length;
            // Only the last one of a row may be shorter.
            if (_waiting[first + row - 1].Length < size || length > size || length == 0 || bytes + length > LargestRow || parts + 2 > MostParts)
                break;
            if (datagram.To != _waiting[first].To)
                break;
            _batch.TryExtend(datagram.Header.Span);
            _batch.TryExtend(datagram.Payload.Span);
            bytes += length;
        }
        return row;
    }
}
