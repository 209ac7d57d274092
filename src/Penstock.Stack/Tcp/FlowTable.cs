using System;
using Penstock.Wire.Ip;

namespace Penstock.Stack.Tcp;

/// <summary>Connections by flow: chains threaded through the connections themselves, under a keyed hash.</summary>
/// <remarks>The hash is keyed because clients choose their ports and addresses. Grows and shrinks by doubling.</remarks>
internal sealed class FlowTable(SipHash hash)
{
    private const int Smallest = 256;
    private TcpConnection?[] _buckets = new TcpConnection?[Smallest];

    internal int Count { get; private set; }

    internal uint HashOf(in FlowKey flow) => (uint)hash.Of(flow);

    internal TcpConnection? Find(in FlowKey flow, uint hashOfFlow)
    {
        for (TcpConnection? c = _buckets[hashOfFlow & (uint)(_buckets.Length - 1)]; c is not null; c = c.NextInBucket)
        {
            if (c.Hash == hashOfFlow && c.IsOf(flow))
                return c;
        }
        return null;
    }

    internal void Add(TcpConnection connection)
    {
        if (Count >= _buckets.Length)
            Resize(_buckets.Length * 2);
        Link(connection);
        Count++;
    }

    internal void Remove(TcpConnection connection)
    {
        ref TcpConnection? link = ref _buckets[connection.Hash & (uint)(_buckets.Length - 1)];
        while (!ReferenceEquals(link, connection))
            link = ref link!.NextInBucket;
        link = connection.NextInBucket;
        connection.NextInBucket = null;
        Count--;
        if (_buckets.Length > Smallest && Count < _buckets.Length / 8)
            Resize(_buckets.Length / 4);
    }

    private void Link(TcpConnection connection)
    {
        ref TcpConnection? head = ref _buckets[connection.Hash & (uint)(_buckets.Length - 1)];
        connection.NextInBucket = head;
        head = connection;
    }

    private void Resize(int size)
    {
        TcpConnection?[] old = _buckets;
        _buckets = new TcpConnection?[Math.Max(Smallest, size)];
        foreach (TcpConnection? head in old)
        {
            for (TcpConnection? c = head; c is not null;)
            {
                TcpConnection? next = c.NextInBucket;
                Link(c);
                c = next;
            }
        }
    }
}
