using System;
using System.Threading;

namespace Penstock.HyperAmp.Client;

/// <summary>A request in shared memory: written in place, sent, and read in place once answered.</summary>
/// <remarks>
/// Owned by whoever rented it, until <see cref="Dispose"/>; the object itself is used again for later requests. The peer can write the payload at any time: what is read from
/// it must be checked after it was copied, not before.
/// </remarks>
public sealed class ZoneRequest : IDisposable
{
    private readonly ZoneClient _client;
    private readonly RequestSlot _slot;
    private CallStatus _status;
    private bool _held;

    internal ZoneRequest(ZoneClient client, RequestSlot slot)
    {
        _client = client;
        _slot = slot;
    }

    /// <summary>Bytes of the message.</summary>
    public int Length { get; private set; }

    /// <summary>The bytes in the shared area. Not to be used on uncached memory, where only aligned words may be touched.</summary>
    /// <exception cref="ObjectDisposedException">The request was given back, or the peer still holds it.</exception>
    public Span<byte> Payload
    {
        get
        {
            ObjectDisposedException.ThrowIf(!_held, this);
            return _client.PayloadOf(_slot, Length);
        }
    }

    /// <summary>Sends and waits; afterwards the payload holds the answer if the status is success.</summary>
    /// <remarks>After a status that leaves the peer at work the request is gone, as if disposed of.</remarks>
    public CallStatus Send(ushort service, TimeSpan? timeout = null, CancellationToken cancellation = default)
    {
        ObjectDisposedException.ThrowIf(!_held, this);
        _status = _client.Send(_slot, service, Length, timeout, cancellation);
        if (!_status.LeavesEntry())
            Dispose();
        return _status;
    }

    /// <summary>Gives entry and payload back.</summary>
    public void Dispose()
    {
        if (!_held)
            return;
        _held = false;
        _client.Finish(_slot, _status);
    }

    internal ZoneRequest Rent(int length)
    {
        Length = length;
        _status = CallStatus.Success;
        _held = true;
        return this;
    }
}
