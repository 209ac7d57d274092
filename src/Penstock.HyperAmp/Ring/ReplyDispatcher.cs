using System;
using System.Collections.Concurrent;
using System.Threading;

namespace Penstock.HyperAmp.Ring;

/// <summary>The one receiver of a channel's answers: hands each to the call it belongs to.</summary>
/// <remarks>
/// Whoever waits pumps; the turn is tried, not waited for, so a thread whose answer another thread has received finds it
/// in its slot. Answers are told apart by type and both ids (contract 6.3, H8); what belongs to nobody is counted.
/// </remarks>
internal sealed class ReplyDispatcher(RingConsumer receiver)
{
    private const int Slots = 64;

    private readonly PendingReply[] _slots = new PendingReply[Slots];
    private readonly ConcurrentDictionary<ushort, RingSession> _sessions = new();
    private readonly byte[] _payload = new byte[RingGeometry.StandardBlockSize];
    private RingTurn _turn;
    private long _late;
    private long _unmatched;
    private int _bulkOwed;

    public RingMessageHandler? Unmatched { get; set; }

    public long LateCount => Volatile.Read(ref _late);

    public long UnmatchedCount => Volatile.Read(ref _unmatched);

    public bool IsBulkOwed => Volatile.Read(ref _bulkOwed) != 0;

    public void SetBulkOwed(bool owed) => Volatile.Write(ref _bulkOwed, owed ? 1 : 0);

    public void Register(RingSession session) => _sessions[session.Frontend] = session;

    public void Unregister(RingSession session) => _sessions.TryRemove(session.Frontend, out _);

    public bool IsRegistered(ushort frontend) => _sessions.ContainsKey(frontend);

    /// <summary>A slot for one call, or null when 64 calls wait already.</summary>
    public PendingReply? TryTakeSlot()
    {
        foreach (ref PendingReply slot in _slots.AsSpan())
        {
            if (slot is null)
                Interlocked.CompareExchange(ref slot, new PendingReply(), null);
            if (slot.TryTake())
                return slot;
        }
        return null;
    }

    /// <summary>Receives what is there.</summary>
    /// <returns>Ok when something was received, Empty, or why nothing can be.</returns>
    public RingResult Pump()
    {
        if (!receiver.HasMessage || !_turn.TryEnter())
            return RingResult.Empty;
        try
        {
            RingResult result = receiver.TryReceive(out MessageHeader header, _payload);
            if (result != RingResult.Ok)
                return result;
            Deliver(header, _payload.AsSpan(0, header.PayloadLength));
            return RingResult.Ok;
        }
        finally
        {
            _turn.Exit();
        }
    }

    private void Deliver(in MessageHeader header, ReadOnlySpan<byte> payload)
    {
        foreach (PendingReply? slot in _slots)
        {
            if (slot is null)
                break;
            if (slot.TryComplete(header, payload))
                return;
        }
        bool isLate = header.Type == MessageType.Bulk
            ? Interlocked.Exchange(ref _bulkOwed, 0) != 0
            : _sessions.TryGetValue(header.Frontend, out RingSession? session) && session.Backend == header.Backend && session.TryPay();
        if (isLate)
        {
            Interlocked.Increment(ref _late);
            return;
        }
        Interlocked.Increment(ref _unmatched);
        Unmatched?.Invoke(header, payload);
    }
}
