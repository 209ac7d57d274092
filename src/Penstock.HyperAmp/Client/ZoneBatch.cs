using System;
using System.Threading;

namespace Penstock.HyperAmp.Client;

/// <summary>Requests that are handed over together: one lock, one notification, served in the order of adding.</summary>
/// <remarks>For one thread. Used again after <see cref="Clear"/>; it allocates nothing after its first use.</remarks>
public sealed class ZoneBatch
{
    private readonly ZoneClient _client;
    private readonly RequestSlot?[] _slots;
    private readonly CallStatus[] _status;
    private readonly int[] _lengths;

    internal ZoneBatch(ZoneClient client, int capacity)
    {
        _client = client;
        _slots = new RequestSlot?[capacity];
        _status = new CallStatus[capacity];
        _lengths = new int[capacity];
    }

    /// <summary>Requests added.</summary>
    public int Count { get; private set; }

    /// <summary>Adds a request; its bytes are copied at once.</summary>
    /// <returns>Success, or why there is no room: the batch is full, or no entry is free.</returns>
    public CallStatus Add(ushort service, ReadOnlySpan<byte> request)
    {
        if (Count == _slots.Length)
            return CallStatus.Busy;
        CallStatus status = _client.Prepare(service, request, out RequestSlot? slot);
        if (status != CallStatus.Success)
            return status;
        _slots[Count] = slot;
        _lengths[Count] = request.Length;
        _status[Count++] = CallStatus.Success;
        return status;
    }

    /// <summary>Hands all over and waits for every answer.</summary>
    /// <returns>How many succeeded.</returns>
    public int Send(TimeSpan? timeout = null, CancellationToken cancellation = default) =>
        _client.SendAll(_slots.AsSpan(0, Count), _status, timeout, cancellation);

    /// <summary>How a request of the batch ended.</summary>
    public CallStatus Status(int index) => _status[index];

    /// <summary>Copies an answer out; the bytes copied.</summary>
    public int CopyAnswer(int index, Span<byte> response)
    {
        if (_slots[index] is not { } slot || _status[index] != CallStatus.Success)
            return 0;
        int length = Math.Min(_lengths[index], response.Length);
        _client.CopyOut(slot.Offset, response[..length]);
        return length;
    }

    /// <summary>Gives all entries back and empties the batch.</summary>
    public void Clear()
    {
        for (int i = 0; i < Count; i++)
        {
            if (_slots[i] is { } slot)
                _client.Finish(slot, _status[i]);
            _slots[i] = null;
        }
        Count = 0;
    }
}
