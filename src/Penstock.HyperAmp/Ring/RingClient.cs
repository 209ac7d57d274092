using System;
using System.Threading;

namespace Penstock.HyperAmp.Ring;

/// <summary>Calls over a channel: services, sessions, one-way messages and bulk transfers, from any number of threads.</summary>
/// <remarks>
/// The path of a call:
/// <list type="number">
/// <item>on shared blocks it waits until no other call is under way, because messages of both directions meet in them;</item>
/// <item>it takes a slot that says what its answer looks like, and enqueues its message;</item>
/// <item>it pumps the receiving ring until its slot is filled, the deadline passes or the caller cancels.</item>
/// </list>
/// Every wait has a deadline. The answer is a private copy, checked before anybody sees it.
/// </remarks>
public sealed class RingClient : IDisposable
{
    /// <summary>The first id given to a session; the original's front ends begin there too.</summary>
    public const ushort FirstFrontend = 1000;

    private readonly RingChannel _channel;
    private readonly ReplyDispatcher _dispatcher;
    private readonly SemaphoreSlim _bulkTurn = new(1);
    private readonly SemaphoreSlim? _only;
    private int _frontend = FirstFrontend - 1;
    private int _call;

    /// <summary>Uses one side of a channel; the channel stays the caller's.</summary>
    public RingClient(RingChannel channel)
    {
        _channel = channel;
        _dispatcher = new(channel.Receiver);
        _only = channel.Options.SeparateData ? null : new(1);
    }

    /// <summary>Called with messages that answer no call; on the thread that happened to receive them.</summary>
    public RingMessageHandler? Unmatched
    {
        get => _dispatcher.Unmatched;
        set => _dispatcher.Unmatched = value;
    }

    /// <summary>Spins until an answer comes instead of sleeping; for a processor of its own.</summary>
    public bool NeverSleeps { get; init; }

    /// <summary>Answers that came after their call had given up.</summary>
    public long LateAnswers => _dispatcher.LateCount;

    /// <summary>Messages that answered no call.</summary>
    public long UnmatchedMessages => _dispatcher.UnmatchedCount;

    /// <summary>Calls a service; the number of the call travels in the backend field, which peers send back.</summary>
    /// <param name="service">The service's id.</param>
    /// <param name="request">At most 4 088 bytes.</param>
    /// <param name="answer">Room for the answer.</param>
    /// <param name="length">Bytes of the answer.</param>
    /// <param name="timeout">Longest wait; negative for none.</param>
    /// <param name="cancellation">Gives up.</param>
    public RingResult Call(
        ushort service, ReadOnlySpan<byte> request, Span<byte> answer, out int length, TimeSpan timeout, CancellationToken cancellation = default)
    {
        var number = (ushort)Interlocked.Increment(ref _call);
        var message = new MessageHeader(MessageType.Service, service, number);
        return Exchange(message, request, message with { Type = MessageType.Data }, ReplyMatch.BothIds, answer, out _, out length, timeout, cancellation);
    }

    /// <summary>Asks the backend for a session.</summary>
    /// <param name="parameters">What it is for; the state is set to asked-for.</param>
    /// <param name="session">The session, when the result is Ok.</param>
    /// <param name="timeout">Longest wait; negative for none.</param>
    /// <param name="cancellation">Gives up.</param>
    public RingResult OpenSession(SessionCreate parameters, out RingSession? session, TimeSpan timeout, CancellationToken cancellation = default)
    {
        session = null;
        Span<byte> payload = stackalloc byte[SessionCreate.Size];
        (parameters with { State = SessionState.SynSent }).Write(payload);
        if (!TryChooseFrontend(out ushort frontend))
            return RingResult.Full;
        var message = new MessageHeader(MessageType.Session, frontend, 0);
        RingResult result = Exchange(message, payload, message, ReplyMatch.FrontendId, payload, out MessageHeader reply, out int length, timeout, cancellation);
        if (result != RingResult.Ok)
            return result;
        if (!SessionCreate.TryParse(payload[..length], out SessionCreate answered))
            return RingResult.Corrupted;
        if (answered.State != SessionState.Established)
            return RingResult.Failed;
        session = new(message.Frontend, reply.Backend, answered);
        _dispatcher.Register(session);
        return RingResult.Ok;
    }

    /// <summary>Sends data in a session and waits for the data that comes back.</summary>
    public RingResult Exchange(
        RingSession session, ReadOnlySpan<byte> request, Span<byte> answer, out int length, TimeSpan timeout, CancellationToken cancellation = default)
    {
        length = 0;
        var message = new MessageHeader(MessageType.Data, session.Frontend, session.Backend);
        lock (session.Turn)
        {
            if (session.IsQuarantined)
                _dispatcher.Pump();
            if (session.IsQuarantined)
                return RingResult.Quarantined;
            RingResult result = Exchange(message, request, message, ReplyMatch.BothIds, answer, out _, out length, timeout, cancellation);
            if (result is RingResult.TimedOut or RingResult.Cancelled)
                session.Owe();
            return result;
        }
    }

    /// <summary>Tells the backend that a session is over; nothing comes back.</summary>
    public RingResult CloseSession(RingSession session, TimeSpan timeout)
    {
        _dispatcher.Unregister(session);
        Span<byte> state = [(byte)SessionState.Closed, 0, 0, 0];
        return Post(new(MessageType.Session, session.Frontend, session.Backend), state, timeout);
    }

    /// <summary>Sends a message that nothing answers.</summary>
    public RingResult Post(in MessageHeader message, ReadOnlySpan<byte> payload, TimeSpan timeout, CancellationToken cancellation = default)
    {
        var wait = new RingWait(timeout, NeverSleeps);
        if (_only is not null && !TryEnter(_only, wait.Left, cancellation))
            return GaveUp(cancellation);
        try
        {
            return Send(message, payload, ref wait, cancellation);
        }
        finally
        {
            _only?.Release();
        }
    }

    /// <summary>Receives what is there now, so that <see cref="Unmatched"/> sees it.</summary>
    /// <returns>Messages received.</returns>
    public int Drain()
    {
        int count = 0;
        while (count < _channel.Receiver.Geometry.Capacity && _dispatcher.Pump() is RingResult.Ok or RingResult.Corrupted)
            count++;
        return count;
    }

    /// <summary>Puts bytes into the bulk window, has a service work on them, and copies the result out.</summary>
    /// <param name="service">A bulk service, see <see cref="BulkServices"/>.</param>
    /// <param name="data">At most the window's length; a block less when the rings' indices stand before the shared block.</param>
    /// <param name="answer">Room for the result.</param>
    /// <param name="length">Bytes of the result.</param>
    /// <param name="status">The peer's status word, see <see cref="BulkStatus"/>.</param>
    /// <param name="timeout">Longest wait; negative for none.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>
    /// Failed when the status tells of an error; Quarantined after an earlier transfer timed out, until its answer comes
    /// or <see cref="ReleaseQuarantine"/> is called.
    /// </returns>
    public RingResult Transfer(
        uint service, ReadOnlySpan<byte> data, Span<byte> answer, out int length, out int status, TimeSpan timeout, CancellationToken cancellation = default) =>
        TransferInTurn(service, data, answer, null, out length, out status, timeout, cancellation);

    /// <summary>As the other, but the answer is read in the window instead of being copied out.</summary>
    /// <param name="service">A bulk service, see <see cref="BulkServices"/>.</param>
    /// <param name="data">At most the window's length.</param>
    /// <param name="reader">Called once with the answer, if there is one; transfers wait until it returns.</param>
    /// <param name="status">The peer's status word, see <see cref="BulkStatus"/>.</param>
    /// <param name="timeout">Longest wait; negative for none.</param>
    /// <param name="cancellation">Gives up.</param>
    public RingResult Transfer(
        uint service, ReadOnlySpan<byte> data, RingBulkReader reader, out int status, TimeSpan timeout, CancellationToken cancellation = default) =>
        TransferInTurn(service, data, default, reader, out _, out status, timeout, cancellation);

    /// <summary>Allows bulk transfers again after one timed out; only when the peer is known to be gone or restarted.</summary>
    public void ReleaseQuarantine() => _dispatcher.SetBulkOwed(false);

    /// <inheritdoc/>
    public void Dispose()
    {
        _bulkTurn.Dispose();
        _only?.Dispose();
    }

    private RingResult TransferInTurn(
        uint service, ReadOnlySpan<byte> data, Span<byte> answer, RingBulkReader? reader, out int length, out int status, TimeSpan timeout, CancellationToken cancellation)
    {
        length = 0;
        status = 0;
        var wait = new RingWait(timeout, NeverSleeps);
        if (!TryEnter(_bulkTurn, wait.Left, cancellation))
            return GaveUp(cancellation);
        try
        {
            if (_dispatcher.IsBulkOwed)
                _dispatcher.Pump();
            if (_dispatcher.IsBulkOwed)
                return RingResult.Quarantined;
            if (_only is null)
                return Transfer(service, data, answer, reader, out length, out status, ref wait, cancellation);
            if (!TryEnter(_only, wait.Left, cancellation))
                return GaveUp(cancellation);
            try
            {
                return Transfer(service, data, answer, reader, out length, out status, ref wait, cancellation);
            }
            finally
            {
                _only.Release();
            }
        }
        finally
        {
            _bulkTurn.Release();
        }
    }

    private RingResult Transfer(
        uint service, ReadOnlySpan<byte> data, Span<byte> answer, RingBulkReader? reader, out int length, out int status, ref RingWait wait, CancellationToken cancellation)
    {
        length = 0;
        status = 0;
        int shift = _channel.BulkBytesAtRisk();
        RingMemory window = _channel.Bulk;
        if (data.Length > window.Length - shift)
            return RingResult.TooLong;
        window.Write(shift, data);
        long start = _channel.Layout.BulkOffset + shift;
        Span<byte> payload = stackalloc byte[BulkDescriptor.Size];
        new BulkDescriptor((uint)start, (uint)data.Length, service, 0).Write(payload);
        var message = new MessageHeader(MessageType.Bulk, (ushort)service, (ushort)Interlocked.Increment(ref _call));
        RingResult result = Roundtrip(message, payload, message, ReplyMatch.TypeAlone, payload, out _, out int replied, ref wait, cancellation);
        if (result is RingResult.TimedOut or RingResult.Cancelled)
            _dispatcher.SetBulkOwed(true);
        if (result != RingResult.Ok)
            return result;
        // The answer's range may only lie in what we put there: anything else would leak or overrun.
        if (!BulkDescriptor.TryParse(payload[..replied], out BulkDescriptor reply))
            return RingResult.Corrupted;
        status = reply.Status;
        if (status <= 0)
            return RingResult.Failed;
        if (!reply.IsWithin(start, data.Length))
            return RingResult.Corrupted;
        int at = (int)(reply.Offset - _channel.Layout.BulkOffset);
        if (reader is not null && !window.IsStrict)
        {
            reader(window.Window.Span(at, (int)reply.Length));
            return RingResult.Ok;
        }
        // Strict memory is read by words only, so a reader gets a copy.
        Span<byte> copy = reader is null ? answer : new byte[reply.Length];
        if (reply.Length > copy.Length)
            return RingResult.TooLong;
        length = (int)reply.Length;
        window.Read(at, copy[..length]);
        reader?.Invoke(copy);
        return RingResult.Ok;
    }

    private RingResult Exchange(
        in MessageHeader message, ReadOnlySpan<byte> request, in MessageHeader expected, ReplyMatch match,
        Span<byte> answer, out MessageHeader reply, out int length, TimeSpan timeout, CancellationToken cancellation)
    {
        var wait = new RingWait(timeout, NeverSleeps);
        if (_only is null)
            return Roundtrip(message, request, expected, match, answer, out reply, out length, ref wait, cancellation);
        reply = default;
        length = 0;
        if (!TryEnter(_only, wait.Left, cancellation))
            return GaveUp(cancellation);
        try
        {
            return Roundtrip(message, request, expected, match, answer, out reply, out length, ref wait, cancellation);
        }
        finally
        {
            _only.Release();
        }
    }

    private RingResult Roundtrip(
        in MessageHeader message, ReadOnlySpan<byte> request, in MessageHeader expected, ReplyMatch match,
        Span<byte> answer, out MessageHeader reply, out int length, ref RingWait wait, CancellationToken cancellation)
    {
        reply = default;
        length = 0;
        PendingReply? slot;
        while ((slot = _dispatcher.TryTakeSlot()) is null)
        {
            _dispatcher.Pump();
            if (cancellation.IsCancellationRequested || !wait.Pause())
                return GaveUp(cancellation);
        }
        slot.Expect(expected, match);
        RingResult result = Send(message, request, ref wait, cancellation);
        if (result == RingResult.Ok)
            result = Await(slot, ref wait, cancellation);
        if (result != RingResult.Ok && slot.TryAbandon())
            return result;
        reply = slot.Header;
        bool fits = reply.PayloadLength <= answer.Length;
        if (fits)
        {
            length = reply.PayloadLength;
            slot.Payload.AsSpan(0, length).CopyTo(answer);
        }
        slot.Return();
        return fits ? RingResult.Ok : RingResult.TooLong;
    }

    private RingResult Send(in MessageHeader message, ReadOnlySpan<byte> payload, ref RingWait wait, CancellationToken cancellation)
    {
        while (true)
        {
            if (_channel.WouldOverwriteUnread())
                _dispatcher.Pump();
            else
            {
                RingResult result = _channel.Sender.TrySend(message, payload, onlyWhenEmpty: _only is not null);
                if (result != RingResult.Full)
                    return result;
            }
            if (cancellation.IsCancellationRequested || !wait.Pause())
                return GaveUp(cancellation);
        }
    }

    private RingResult Await(PendingReply slot, ref RingWait wait, CancellationToken cancellation)
    {
        while (!slot.IsDone)
        {
            RingResult pumped = _dispatcher.Pump();
            if (pumped == RingResult.Ok)
                continue;
            if (pumped is RingResult.NotReady or RingResult.Locked)
                return pumped;
            _channel.Sender.ReadHead();
            if (cancellation.IsCancellationRequested || !wait.Pause())
                return GaveUp(cancellation);
        }
        return RingResult.Ok;
    }

    private bool TryChooseFrontend(out ushort id)
    {
        id = 0;
        for (int tries = 0; tries <= ushort.MaxValue; tries++)
        {
            id = (ushort)Interlocked.Increment(ref _frontend);
            if (id >= FirstFrontend && !_dispatcher.IsRegistered(id))
                return true;
        }
        return false;
    }

    private static bool TryEnter(SemaphoreSlim turn, TimeSpan timeout, CancellationToken cancellation)
    {
        try
        {
            return turn.Wait(timeout, cancellation);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private static RingResult GaveUp(CancellationToken cancellation) =>
        cancellation.IsCancellationRequested ? RingResult.Cancelled : RingResult.TimedOut;
}
