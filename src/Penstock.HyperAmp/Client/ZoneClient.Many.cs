using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;
using Penstock.HyperAmp.Owners;
using Penstock.HyperAmp.Queue;

namespace Penstock.HyperAmp.Client;

/// <summary>Calls beside the synchronous one: batches, and calls that a task stands for.</summary>
public sealed partial class ZoneClient
{
    /// <summary>A batch of up to so many requests.</summary>
    /// <param name="capacity">1 to a quarter of the queue's entries.</param>
    public ZoneBatch NewBatch(int capacity)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(capacity, Math.Max(1, _queue.Capacity / 4));
        return new ZoneBatch(this, capacity);
    }

    /// <summary>Sends a request; the task ends with the answer copied.</summary>
    /// <param name="service">Service id.</param>
    /// <param name="request">Copied before the method returns.</param>
    /// <param name="response">Receives as much of the answer as fits; must stay valid until the task ends.</param>
    /// <param name="timeout">Deadline; null for the client's own.</param>
    /// <param name="cancellation">Ends the wait; what the peer does with the message is its own affair.</param>
    public ValueTask<CallResult> CallAsync(
        ushort service, ReadOnlySpan<byte> request, Memory<byte> response, TimeSpan? timeout = null,
        CancellationToken cancellation = default)
    {
        long due = Due(timeout);
        CallStatus status = Prepare(service, request, out RequestSlot? slot, due, cancellation);
        if (status != CallStatus.Success)
            return new ValueTask<CallResult>(new CallResult(status, 0));
        if (!HandOver(slot!, service, due))
        {
            Finish(slot!, CallStatus.Busy);
            return new ValueTask<CallResult>(new CallResult(CallStatus.Busy, 0));
        }
        return _answers.Add(slot!, response, request.Length, due, cancellation);
    }

    internal CallStatus Prepare(ushort service, ReadOnlySpan<byte> request, out RequestSlot? slot) =>
        Prepare(service, request, out slot, Due(null), default);

    internal CallStatus Prepare(
        ushort service, ReadOnlySpan<byte> request, out RequestSlot? slot, long due, CancellationToken cancellation)
    {
        int length = request.Length + (_options.IncludeTerminator ? 1 : 0);
        CallStatus status = TakeLater(Math.Max(1, length), due, cancellation, out slot);
        if (status != CallStatus.Success)
            return status;
        Write(slot!, service, length);
        CopyIn(slot!.Offset, request, _options.IncludeTerminator);
        return status;
    }

    /// <summary>Hands over prepared requests under one lock and waits for all.</summary>
    internal int SendAll(ReadOnlySpan<RequestSlot?> slots, Span<CallStatus> status, TimeSpan? timeout, CancellationToken cancellation)
    {
        long due = Due(timeout);
        if (slots.IsEmpty)
            return 0;
        if (!_channel.Enter(due))
        {
            status[..slots.Length].Fill(CallStatus.Busy);
            return 0;
        }
        foreach (RequestSlot? slot in slots)
            _channel.Append(slot!.Index);
        bool handedOver = _channel.Kick();
        _channel.Leave();
        if (handedOver)
            _notifier.Ring(0);
        int done = 0;
        for (int i = 0; i < slots.Length; i++)
        {
            CallStatus waited = _waiter.Wait(slots[i]!, due, cancellation);
            status[i] = waited == CallStatus.Success ? Result(slots[i]!, due) : waited;
            done += status[i] == CallStatus.Success ? 1 : 0;
        }
        return done;
    }

    /// <summary>Waits a moment, or until the oldest of the calls is answered.</summary>
    internal void AwaitAny(List<PendingCall> calls)
    {
        foreach (PendingCall call in calls)
        {
            if (MessageFlag.IsDealt(_queue.Flag(call.Slot.Index)))
                return;
        }
        _ = _waiter.Wait(calls[0].Slot, Deadline.After(1), calls[0].Cancellation);
    }

    /// <summary>Ends a call that is answered, or whose time is over.</summary>
    internal bool TryEnd(PendingCall call, out CallResult result)
    {
        CallStatus status = MessageFlag.IsDealt(_queue.Flag(call.Slot.Index))
            ? Result(call.Slot, call.Due)
            : _waiter.LookAfter(call.Due, call.Cancellation);
        bool answered = MessageFlag.IsDealt(_queue.Flag(call.Slot.Index));
        result = default;
        if (!answered && status == CallStatus.Success)
            return false;
        int copied = 0;
        if (answered && status == CallStatus.Success)
        {
            copied = Math.Min(call.Length, call.Response.Length);
            CopyOut(call.Slot.Offset, call.Response.Span[..copied]);
        }
        else if (status == CallStatus.Success)
        {
            return false;
        }
        Finish(call.Slot, status);
        result = new CallResult(status, copied);
        return true;
    }

    private bool HandOver(RequestSlot slot, ushort service, long due)
    {
        if (!_channel.Enter(due))
            return false;
        bool handedOver = _channel.Submit(slot.Index);
        _channel.Leave();
        if (handedOver)
            _notifier.Ring(service);
        return true;
    }
}
