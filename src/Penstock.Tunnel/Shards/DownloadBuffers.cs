using System;
using Penstock.Linux;
using Penstock.Linux.Batches;
using Penstock.Stack.Buffers;
using Penstock.Stack.Tcp;

namespace Penstock.Tunnel.Shards;

/// <summary>The buffers that a shard's next receive fills.</summary>
/// <remarks>
/// Kept from receive to receive, so that a receive that brings little costs one small copy and no buffer:
/// <code>
///   received &lt;= SmallText   copied behind the text before it, or into a buffer of its size; the large one stays here
///   received &gt;  SmallText   the filled buffers become text as they are; new ones are rented for the next receive
/// </code>
/// </remarks>
internal sealed class DownloadBuffers(BufferPool pool)
{
    /// <summary>Buffers in one receive at most.</summary>
    public const int Count = 4;

    /// <summary>Bytes up to which a copy is cheaper than a pinned buffer.</summary>
    public const int SmallText = 8192;

    /// <summary>
    /// Bytes that a flow receives while the budget is spent and its app has taken everything before: a few hoarders do
    /// not stop everybody, and the excess is bound by the sessions, each of which costs as much anyway.
    /// </summary>
    public const int Morsel = 2048;

    /// <summary>Bytes of a buffer that are used: a whole number of memory pages.</summary>
    private const int Chunk = 65536;

    private readonly Lease[] _buffers = new Lease[Count];
    private int _ready;

    /// <summary>Makes sure that there is a buffer, and more if the budget has them; false when the budget is spent.</summary>
    public bool Prepare(int count)
    {
        if (_ready == 0)
            _buffers[_ready++] = pool.RentAlways(Chunk); // the shard's own: others' idle buffers must not starve it
        while (_ready < count && pool.TryRent(Chunk, out Lease buffer))
            _buffers[_ready++] = buffer;
        return !pool.Budget.IsSpent;
    }

    /// <summary>The same for a receive that can wait: false when memory is short.</summary>
    public bool TryPrepare(int count)
    {
        while (_ready < count && pool.TryRent(Chunk, out Lease buffer))
            _buffers[_ready++] = buffer;
        return _ready > 0 && !pool.Budget.IsSpent;
    }

    /// <summary>Adds the prepared buffers, <paramref name="limit"/> bytes at most; the value is the bytes added.</summary>
    public int Describe(ref ScatterList pieces, int limit)
    {
        int room = 0;
        for (int i = 0; i < _ready && room < limit; i++)
        {
            int part = Math.Min(Chunk, limit - room);
            pieces.Add(_buffers[i].Span[..part]);
            room += part;
        }
        return room;
    }

    /// <inheritdoc cref="Describe(ref ScatterList, int)"/>
    public int Describe(IoBatch batch, int limit)
    {
        int room = 0;
        for (int i = 0; i < _ready && room < limit; i++)
        {
            int part = Math.Min(Chunk, limit - room);
            batch.AddRoom(_buffers[i].Span[..part]);
            room += part;
        }
        return room;
    }

    /// <summary>How many buffers so much text fills.</summary>
    public static int For(int bytes) => Math.Max(1, (bytes + Chunk - 1) / Chunk);

    /// <summary>Makes the received bytes text of a connection.</summary>
    public void Deliver(TcpConnection app, int received)
    {
        int used = 0;
        for (; received > SmallText; used++)
        {
            int part = Math.Min(Chunk, received);
            app.Send(_buffers[used].Slice(0, part));
            received -= part;
        }
        if (received > 0 && !app.TryJoin(_buffers[used].Span[..received]))
        {
            Lease small = pool.RentAlways(received);
            _buffers[used].Span[..received].CopyTo(small.Span);
            app.Send(small);
        }
        int left = _ready - used;
        Array.Copy(_buffers, used, _buffers, 0, left);
        Array.Clear(_buffers, left, used);
        _ready = left;
    }

    /// <summary>Gives the waiting buffers back.</summary>
    public void Release()
    {
        for (int i = 0; i < _ready; i++)
            _buffers[i].Release();
        Array.Clear(_buffers);
        _ready = 0;
    }
}
