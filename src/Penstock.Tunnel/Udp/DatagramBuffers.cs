using System;
using Penstock.Linux.Sockets;
using Penstock.Stack.Buffers;
using Penstock.Tunnel.Statistics;

namespace Penstock.Tunnel.Udp;

/// <summary>What all associations of a shard receive into and send from, one after the other.</summary>
/// <remarks>Made when the first association needs it; the packet memory goes back while there is no session.</remarks>
internal sealed class DatagramBuffers(BufferPool pool) : IDisposable
{
    private const int ReceiveCount = 32;
    private const int SendCount = 64;
    private const int MostSegments = 48;
    private readonly Lease[] _slots = new Lease[ReceiveCount];
    private DatagramReceiveBatch? _receive;
    private DatagramSendBatch? _send;
    private Lease _stream;

    /// <summary>Sends up to 64 datagrams a call.</summary>
    public DatagramSendBatch Send => _send ??= new DatagramSendBatch(SendCount, MostSegments);

    /// <summary>How many datagrams each message of <see cref="Send"/> stands for.</summary>
    public int[] Runs { get; } = new int[SendCount];

    /// <summary>Room for what a stream brings.</summary>
    public Lease Stream
    {
        get
        {
            if (!_stream.IsHeld)
                _stream = pool.RentAlways(BufferPool.Largest);
            return _stream;
        }
    }

    /// <summary>Receives up to 32 datagrams of any size a call, into the slots.</summary>
    public DatagramReceiveBatch Receive
    {
        get
        {
            _receive ??= new DatagramReceiveBatch(ReceiveCount);
            if (!_slots[0].IsHeld)
                Rent();
            return _receive;
        }
    }

    /// <summary>The memory behind a slot of <see cref="Receive"/>.</summary>
    public Lease Slot(int index) => _slots[index];

    /// <summary>Counts what a socket had no room for.</summary>
    /// <param name="socket">The socket.</param>
    /// <param name="counters">The shard's.</param>
    /// <param name="counted">That socket's number so far.</param>
    public static void CountLost(DatagramSocket socket, ShardCounters counters, ref uint counted)
    {
        uint lost = socket.Lost;
        counters.DatagramsOverrun += lost - counted;
        counted = lost;
    }

    /// <summary>Gives the packet memory back.</summary>
    public void Release()
    {
        if (!_stream.IsHeld && !_slots[0].IsHeld)
            return; // asked in every turn without a session
        _stream.Release();
        _stream = default;
        foreach (Lease slot in _slots)
            slot.Release();
        Array.Clear(_slots);
    }

    public void Dispose()
    {
        _receive?.Dispose();
        _send?.Dispose();
    }

    private void Rent()
    {
        for (int i = 0; i < ReceiveCount; i++)
        {
            _slots[i] = pool.RentAlways(BufferPool.Largest);
            _receive!.SetBuffer(i, _slots[i].Span);
        }
    }
}
