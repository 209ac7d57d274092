using System;
using System.Collections.Generic;
using System.Threading;
using Penstock.HyperAmp.Services;

namespace Penstock.HyperAmp.Ring;

/// <summary>Answers a channel's messages as the original's backend simulator and seL4 server do. One thread runs it.</summary>
/// <remarks>
/// <list type="table">
/// <item><term>session</term><description>a new backend id, the payload back with the state established; a payload too
/// short for a session ends one and is not answered</description></item>
/// <item><term>data</term><description>a fixed HTTP answer to a request, an echo of other data of 396 bytes or more,
/// nothing to less</description></item>
/// <item><term>service</term><description>echo or the ring's mask, answered as data with both ids</description></item>
/// <item><term>bulk</term><description><see cref="BulkServices"/> on the window, answered with a status</description></item>
/// <item><term>device, strategy</term><description>shown to <see cref="RingBackendOptions.Received"/></description></item>
/// </list>
/// </remarks>
public sealed class RingBackend
{
    private readonly RingChannel _channel;
    private readonly RingBackendOptions _options;
    private readonly RingServices _services = new();
    private readonly BulkServices _bulkServices;
    private readonly byte[] _payload = new byte[RingGeometry.StandardBlockSize];
    private readonly Queue<(MessageHeader Header, byte[] Payload)> _backlog = new();
    private ushort _nextBackend;
    private long _sessions, _data, _serviceCalls, _bulk, _texts, _unknown, _replies, _repliesDropped, _corrupted;

    /// <summary>Serves one side of a channel; the channel stays the caller's.</summary>
    public RingBackend(RingChannel channel, RingBackendOptions? options = null)
    {
        _channel = channel;
        _options = options ?? new();
        _bulkServices = new(_options.VerifyKey);
        _nextBackend = _options.FirstBackend;
    }

    /// <summary>What has been done; read from any thread.</summary>
    public RingBackendCounters Counters => new(
        Volatile.Read(ref _sessions), Volatile.Read(ref _data), Volatile.Read(ref _serviceCalls), Volatile.Read(ref _bulk),
        Volatile.Read(ref _texts), Volatile.Read(ref _unknown), Volatile.Read(ref _replies), Volatile.Read(ref _repliesDropped),
        Volatile.Read(ref _corrupted));

    /// <summary>Serves until cancelled.</summary>
    public void Run(CancellationToken stop)
    {
        var wait = new RingWait(Timeout.InfiniteTimeSpan, _options.NeverSleeps);
        bool isIdle = false;
        while (!stop.IsCancellationRequested)
        {
            if (TryServeOne(stop))
            {
                isIdle = false;
                continue;
            }
            if (!isIdle)
                wait = new(Timeout.InfiniteTimeSpan, _options.NeverSleeps);
            isIdle = true;
            _channel.Sender.ReadHead();
            wait.Pause();
        }
    }

    /// <summary>Takes and answers one message.</summary>
    /// <returns>False when none was there.</returns>
    public bool TryServeOne(CancellationToken stop = default)
    {
        if (_backlog.TryDequeue(out (MessageHeader Header, byte[] Payload) kept))
        {
            kept.Payload.CopyTo(_payload, 0);
            Serve(kept.Header, stop);
            return true;
        }
        RingResult result = _channel.Receiver.TryReceive(out MessageHeader header, _payload);
        if (result == RingResult.Ok)
            Serve(header, stop);
        else if (result == RingResult.Corrupted)
            Count(ref _corrupted);
        // Corrupted indices stay until the peer mends them: that counts as nothing there, so that the caller backs off.
        return result == RingResult.Ok;
    }

    private void Serve(in MessageHeader header, CancellationToken stop)
    {
        Span<byte> payload = _payload.AsSpan(0, header.PayloadLength);
        switch (header.Type)
        {
            case MessageType.Session:
                ServeSession(header, payload, stop);
                break;
            case MessageType.Data:
                ServeData(header, payload, stop);
                break;
            case MessageType.Service:
                ServeCall(header, payload, stop);
                break;
            case MessageType.Bulk:
                ServeBulk(header, payload, stop);
                break;
            case MessageType.Device or MessageType.Strategy:
                Count(ref _texts);
                _options.Received?.Invoke(header, payload);
                break;
            default:
                Count(ref _unknown);
                _options.Received?.Invoke(header, payload);
                break;
        }
    }

    private void ServeSession(in MessageHeader header, Span<byte> payload, CancellationToken stop)
    {
        if (!SessionCreate.TryParse(payload, out SessionCreate session))
        {
            _options.Received?.Invoke(header, payload);
            return;
        }
        Count(ref _sessions);
        (session with { State = SessionState.Established }).Write(payload);
        Reply(header with { Backend = _nextBackend++ }, payload, stop);
    }

    private void ServeData(in MessageHeader header, ReadOnlySpan<byte> payload, CancellationToken stop)
    {
        Count(ref _data);
        if (payload.Length < HttpRequest.Size)
            _options.Received?.Invoke(header, payload);
        else
            Reply(header, HttpRequest.IsRequest(payload) ? HttpRequest.FixedAnswer : payload, stop);
    }

    private void ServeCall(in MessageHeader header, Span<byte> payload, CancellationToken stop)
    {
        Count(ref _serviceCalls);
        bool isAnswered = header.Frontend != 0 || _options.AnswersEcho;
        if (_services.Run(header.Frontend, payload) == ServiceResult.Success && isAnswered)
            Reply(header with { Type = MessageType.Data }, payload, stop);
        else
            _options.Received?.Invoke(header, payload);
    }

    private void ServeBulk(in MessageHeader header, Span<byte> payload, CancellationToken stop)
    {
        Count(ref _bulk);
        if (!BulkDescriptor.TryParse(payload, out BulkDescriptor request))
            return;
        BulkDescriptor reply = request with { Status = BulkStatus.Refused };
        RingMemory window = _channel.Bulk;
        if (request.IsWithin(_channel.Layout.BulkOffset, window.Length))
        {
            int start = (int)(request.Offset - (uint)_channel.Layout.BulkOffset);
            Span<byte> bytes = window.IsStrict ? new byte[request.Length] : window.Window.Span(start, (int)request.Length);
            // Services use wide moves, which strict memory does not take.
            if (window.IsStrict)
                window.Read(start, bytes);
            int status = _bulkServices.Run(request.Service, bytes, out Range result);
            if (window.IsStrict)
                window.Write(start, bytes);
            (int offset, int length) = status > 0 ? result.GetOffsetAndLength(bytes.Length) : (0, bytes.Length);
            reply = new(request.Offset + (uint)offset, (uint)length, request.Service, status);
        }
        reply.Write(payload);
        Reply(header, payload[..BulkDescriptor.Size], stop);
    }

    private void Reply(in MessageHeader header, ReadOnlySpan<byte> payload, CancellationToken stop)
    {
        var wait = new RingWait(_options.ReplyTimeout);
        do
        {
            // On shared blocks an answer may not land on a request that waits: such requests are taken out first.
            while (_channel.WouldOverwriteUnread() && TryKeep())
            {
            }
            RingResult result = _channel.Sender.TrySend(header, payload);
            if (result == RingResult.Ok)
            {
                Count(ref _replies);
                return;
            }
            if (result != RingResult.Full)
                break;
        }
        while (!stop.IsCancellationRequested && wait.Pause());
        Count(ref _repliesDropped);
    }

    // One thread counts; readers of the counters are others.
    private static void Count(ref long counter) => Volatile.Write(ref counter, counter + 1);

    // At most a ring of messages is kept, however fast the peer sends.
    private bool TryKeep()
    {
        if (_backlog.Count >= _channel.Receiver.Geometry.Capacity)
            return false;
        var room = new byte[_channel.Receiver.Geometry.MaxPayload];
        if (_channel.Receiver.TryReceive(out MessageHeader header, room) != RingResult.Ok)
            return false;
        _backlog.Enqueue((header, room[..header.PayloadLength]));
        return true;
    }
}
