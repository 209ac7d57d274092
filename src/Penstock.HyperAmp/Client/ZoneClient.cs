using System;
using System.Runtime.CompilerServices;
using System.Threading;
using Penstock.HyperAmp.Notification;
using Penstock.HyperAmp.Owners;
using Penstock.HyperAmp.Queue;
using Penstock.HyperAmp.Regions;
using Penstock.HyperAmp.Services;
using Penstock.Linux.Memory;

namespace Penstock.HyperAmp.Client;

/// <summary>Calls services in the other zone. Thread-safe; any number of clients and processes share one region.</summary>
/// <remarks>
/// The path of a call, in the order of the methods below:
/// <list type="number">
/// <item>an entry with a payload block is taken (<see cref="SlotPool"/>) and the request copied into the block;</item>
/// <item>the message is written into the entry and submitted under the channel's lock, and the service is told;</item>
/// <item>the thread waits for the dealt bit (<see cref="CompletionWaiter"/>), reads the result, copies the answer;</item>
/// <item>the entry is kept for the next call, or, after a deadline, left in quarantine.</item>
/// </list>
/// Nothing on this path allocates.
/// </remarks>
public sealed partial class ZoneClient : IDisposable
{
    // A deadline that has not been worked out yet.
    private const long Unset = long.MinValue;

    private readonly SharedChannel<MappedWords> _channel;
    private readonly QueueView<MappedWords> _queue;
    private readonly SideLease _lease;
    private readonly MappedWindow _payload;
    private readonly INotifier _notifier;
    private readonly CompletionWaiter _waiter;
    private readonly SlotPool _pool;
    private readonly AsyncDispatcher _answers;
    private readonly ClientOptions _options;
    private readonly bool _strict;
    private readonly long _timeout;
    private readonly int _largest;
    private long _abandoned;
    private bool _disposed;

    internal ZoneClient(ZoneRegion region, SideLease lease, INotifier notifier, ClientOptions options, Configuration.WaitMode wait)
    {
        _lease = lease;
        _options = options;
        _timeout = (long)Math.Ceiling(options.Timeout.TotalMilliseconds);
        _channel = new SharedChannel<MappedWords>(lease.Queue, lease.Side, lease.Me, lease);
        _queue = lease.Queue;
        _payload = region.Payload;
        _strict = region.IsStrict;
        _notifier = notifier;
        _waiter = new CompletionWaiter(_channel, notifier, options.Wait ?? wait, options.Spin);
        _pool = new SlotPool(_channel, options);
        _largest = _channel.Side.Geometry.Units * _channel.Side.Geometry.Unit;
        _answers = new AsyncDispatcher(this);
        OpenForSenders();
    }

    /// <summary>True when a service of ours is announced and lives; a legacy service announces nothing.</summary>
    public bool IsServed => _channel.Side.Service is var service and not 0 && _lease.IsAlive(service - 1);

    /// <summary>The largest payload of one call in bytes, terminator included.</summary>
    public int LargestPayload => _largest;

    /// <summary>Calls that ended by deadline or cancellation with the peer still at work.</summary>
    public long Abandoned => Interlocked.Read(ref _abandoned);

    /// <summary>Sends a request and copies the answer, which has the request's length.</summary>
    /// <param name="service">Service id.</param>
    /// <param name="request">Up to <see cref="LargestPayload"/> bytes.</param>
    /// <param name="response">Receives as much of the answer as fits.</param>
    /// <param name="timeout">Deadline; null for the client's own.</param>
    /// <param name="cancellation">Looked at some times a second.</param>
    public CallResult Call(
        ushort service, ReadOnlySpan<byte> request, Span<byte> response, TimeSpan? timeout = null,
        CancellationToken cancellation = default)
    {
        long due = Unset;
        int length = request.Length + (_options.IncludeTerminator ? 1 : 0);
        CallStatus status = Take(Math.Max(1, length), timeout, ref due, cancellation, out RequestSlot? slot);
        if (status != CallStatus.Success)
            return new CallResult(status, 0);
        // The message first: its line and the payload's then come over from the other processor at the same time.
        Write(slot!, service, length);
        CopyIn(slot!.Offset, request, _options.IncludeTerminator);
        status = Exchange(slot, service, timeout, due, cancellation);
        int copied = 0;
        if (status == CallStatus.Success)
        {
            copied = Math.Min(request.Length, response.Length);
            CopyOut(slot.Offset, response[..copied]);
        }
        Finish(slot, status);
        return new CallResult(status, copied);
    }

    /// <summary>Sends a request and returns the answer in an array of the request's length.</summary>
    /// <exception cref="CallException">The call did not succeed.</exception>
    public byte[] Call(ushort service, ReadOnlySpan<byte> request, TimeSpan? timeout = null)
    {
        byte[] response = new byte[request.Length];
        CallResult result = Call(service, request, response, timeout);
        return result.IsSuccess ? response : throw new CallException(service, result.Status);
    }

    /// <summary>Takes a block of the shared payload area to write a request into and read its answer from.</summary>
    /// <param name="length">Bytes the message will have; no terminator is added.</param>
    /// <param name="request">Dispose of it when the answer has been read.</param>
    /// <param name="timeout">How long to wait for a free block; null for the client's deadline.</param>
    public CallStatus TryRent(int length, out ZoneRequest? request, TimeSpan? timeout = null)
    {
        long due = Unset;
        CallStatus status = Take(Math.Max(1, length), timeout, ref due, default, out RequestSlot? slot);
        request = status == CallStatus.Success ? (slot!.Request ??= new ZoneRequest(this, slot)).Rent(length) : null;
        return status;
    }

    /// <summary>Gives everything back. Calls under way end by their deadlines first.</summary>
    public void Dispose()
    {
        if (_disposed)
            return;
        _disposed = true;
        Interlocked.MemoryBarrierProcessWide();
        long due = Deadline.After(_timeout);
        while (_pool.AnyUnderWay() && !Deadline.IsOver(due))
            Processor.Nap(TimeSpan.FromMilliseconds(1));
        _answers.Dispose();
        _pool.Clear();
        _notifier.Dispose();
        _lease.Dispose();
    }

    internal Span<byte> PayloadOf(RequestSlot slot, int length) => _payload.Span(slot.Offset, length);

    internal CallStatus Send(RequestSlot slot, ushort service, int length, TimeSpan? timeout, CancellationToken cancellation)
    {
        Write(slot, service, length);
        return Exchange(slot, service, timeout, Unset, cancellation);
    }

    internal void Finish(RequestSlot slot, CallStatus status)
    {
        if (status.LeavesEntry())
            _pool.Release(slot);
        else
            Abandon(slot, status);
    }

    // A legacy service leaves this page's mark to the clients: the first to join says that senders may begin.
    private void OpenForSenders()
    {
        if (!_channel.Enter(Deadline.After(_timeout)))
            return;
        if (_queue.Mark != QueueMark.Busy && !QueueMark.IsReady(_queue.Mark))
            _queue.Mark = QueueMark.Idle;
        _channel.Leave();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Write(RequestSlot slot, ushort service, int length) => _queue.Write(
        slot.Index,
        new Message(MessageFlag.Reset(_queue.Flag(slot.Index)), service, (uint)slot.Offset, (uint)length));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private CallStatus Exchange(RequestSlot slot, ushort service, TimeSpan? timeout, long due, CancellationToken cancellation)
    {
        if (!_channel.TryEnter() && !_channel.Enter(due == Unset ? due = Due(timeout) : due))
            return CallStatus.Busy;
        bool handedOver = _channel.Submit(slot.Index);
        _channel.Leave();
        if (handedOver)
            _notifier.Ring(service);
        // Read here, where the clock costs nothing: the service is at work by now.
        if (due == Unset)
            due = Due(timeout);
        CallStatus status = _waiter.Wait(slot, due, cancellation);
        return status == CallStatus.Success ? Result(slot, due) : status;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private CallStatus Result(RequestSlot slot, long due)
    {
        if (_channel.OneByOne)
            AwaitEndOfCycle(due);
        ServiceResult result = MessageFlag.Result(_queue.Flag(slot.Index));
        return result == ServiceResult.Success ? CallStatus.Success : Unsuccessful(slot, result, due);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private CallStatus Unsuccessful(RequestSlot slot, ServiceResult result, long due)
    {
        // An old peer stores dealt and the result in two steps, and may be preempted in between (S1).
        while (result == ServiceResult.None && !Deadline.IsOver(due))
        {
            Processor.Nap(TimeSpan.FromMicroseconds(50));
            result = MessageFlag.Result(_queue.Flag(slot.Index));
        }
        bool lost = _channel.Side.Lost(slot.Index) != 0;
        if (lost)
            _channel.Side.SetLost(slot.Index, 0);
        return result switch
        {
            ServiceResult.Success => CallStatus.Success,
            ServiceResult.Fail => lost ? CallStatus.ServiceLost : CallStatus.Failed,
            ServiceResult.NotExists => CallStatus.NotExists,
            _ => CallStatus.NoResult,
        };
    }

    // An old service still writes the entry's link after the dealt bit; it is through with it when its IDLE is there,
    // or when a later cycle has begun (S3).
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void AwaitEndOfCycle(long due)
    {
        uint cycle = _channel.Side.Cycle;
        for (int i = 0; !QueueMark.IsReady(_queue.Mark) && _channel.Side.Cycle == cycle; i++)
        {
            if (i < 1000)
                Thread.SpinWait(1);
            else
                Processor.Nap(TimeSpan.FromMicroseconds(50));
            if (Deadline.IsOver(due))
                return;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private CallStatus Take(int length, TimeSpan? timeout, ref long due, CancellationToken cancellation, out RequestSlot? slot)
    {
        if (!_disposed && length <= _largest && _pool.TryTakeKept(length, out slot))
            return CallStatus.Success;
        return TakeLater(length, due = Due(timeout), cancellation, out slot);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private CallStatus TakeLater(int length, long due, CancellationToken cancellation, out RequestSlot? slot)
    {
        slot = null;
        if (length < 0 || length > _largest)
            return CallStatus.TooLarge;
        while (true)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            TakeStatus status = _pool.Take(length, due, out slot);
            if (status == TakeStatus.Taken)
                return CallStatus.Success;
            if (status == TakeStatus.Corrupt)
                return CallStatus.QueueCorrupt;
            CallStatus look = _waiter.LookAfter(due, cancellation);
            if (look != CallStatus.Success)
                return look == CallStatus.TimedOut ? CallStatus.Busy : look;
            Processor.Nap(TimeSpan.FromMicroseconds(200));
        }
    }

    private void Abandon(RequestSlot slot, CallStatus status)
    {
        _pool.Drop(slot);
        if (status == CallStatus.QueueReset || !_channel.Enter(Deadline.After(1000)))
            return;
        Interlocked.Increment(ref _abandoned);
        _channel.Side.SetCounter(_channel.Me.Slot, ClientCounter.Abandoned, (ulong)Abandoned);
        bool never = _channel.Side.Entry(slot.Index) == slot.Held;
        if (never || _channel.TryWithdraw(slot.Index) || MessageFlag.IsDealt(_queue.Flag(slot.Index)))
            _channel.Return(slot.Index);
        else
            _channel.Side.SetEntry(slot.Index, new EntryWord(EntryState.Quarantined, _channel.Me));
        _channel.Leave();
    }

    private void CopyIn(int offset, ReadOnlySpan<byte> request, bool terminate)
    {
        if (_strict)
        {
            StrictCopier.Write(_payload, offset, request);
            if (terminate)
                _payload.WriteByte(offset + request.Length, 0);
            return;
        }
        Span<byte> block = _payload.Span(offset, request.Length + (terminate ? 1 : 0));
        request.CopyTo(block);
        if (terminate)
            block[^1] = 0;
    }

    internal void CopyOut(int offset, Span<byte> response)
    {
        if (_strict)
            StrictCopier.Read(_payload, offset, response);
        else
            _payload.Span(offset, response.Length).CopyTo(response);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private long Due(TimeSpan? timeout) =>
        Deadline.After(timeout is { } own ? (long)Math.Ceiling(own.TotalMilliseconds) : _timeout);
}
