using System;
using System.Diagnostics;
using System.Threading;

namespace Penstock.HyperAmp.Qos;

/// <summary>Admits requests by class: room within quotas, and order by deficit round robin where they compete.</summary>
/// <remarks>
/// <code>
///   request ──► room, and nobody of its class before it? ── yes ──► ticket ──► call ──► Leave ──► grants to waiters
///                    └── no ──► its class's queue (FIFO) ──────── granted ──────┘
/// </code>
/// A class whose first request has no room is passed over, so one class's large request never holds up another's.
/// Thread-safe; a waiter that gives up leaves its queue.
/// </remarks>
public sealed class QosGate
{
    private const int MessageCost = 64;
    private const int QuantumPerWeight = 4096;

    private readonly Lock _turn = new();
    private readonly DeficitRoundRobin _order;
    private readonly QosQuota _bytes;
    private readonly QosQuota _slots;
    private readonly QosWaiter?[] _first = new QosWaiter?[QosLimits.Classes];
    private readonly QosWaiter?[] _last = new QosWaiter?[QosLimits.Classes];

    /// <summary>A gate with these limits.</summary>
    /// <exception cref="ArgumentException">Fewer than 16 messages, or a number of weights other than four.</exception>
    public QosGate(QosLimits? limits = null)
    {
        limits ??= new();
        if (limits.Slots < 16 || limits.Bytes < 1 || limits.Weights.Length != QosLimits.Classes)
            throw new ArgumentException("limits need at least 16 slots, 1 byte and four weights", nameof(limits));
        _order = new(Array.ConvertAll(limits.Weights, weight => weight * QuantumPerWeight));
        var bytes = new long[QosLimits.Classes];
        var slots = new long[QosLimits.Classes];
        for (int i = 0; i < QosLimits.Classes; i++)
        {
            bytes[i] = limits.ReservedBytes((QosClass)i);
            slots[i] = limits.ReservedSlots((QosClass)i);
        }
        _bytes = new(limits.Bytes, bytes);
        _slots = new(limits.Slots, slots);
    }

    /// <summary>Waits for room.</summary>
    /// <param name="qosClass">The class to compete in.</param>
    /// <param name="bytes">Payload bytes.</param>
    /// <param name="timeout">Longest wait; negative for none.</param>
    /// <param name="ticket">The room, when the result is true.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>False when the wait ended, or the request is larger than the class may ever have.</returns>
    public bool TryEnter(QosClass qosClass, int bytes, TimeSpan timeout, out QosTicket ticket, CancellationToken cancellation = default)
    {
        ticket = new(qosClass, bytes, Stopwatch.GetTimestamp());
        QosWaiter waiter;
        lock (_turn)
        {
            if (_first[(int)qosClass] is null && HasRoom(qosClass, bytes))
            {
                Take(qosClass, bytes);
                return true;
            }
            if (bytes > _bytes.Largest(qosClass))
                return false;
            waiter = QosWaiter.Mine;
            Append(qosClass, waiter, bytes);
        }
        return WaitAtGate(qosClass, waiter, timeout, cancellation);
    }

    /// <summary>Gives the room back and grants it to whoever is next.</summary>
    public void Leave(in QosTicket ticket)
    {
        lock (_turn)
        {
            _bytes.Return(ticket.Class, ticket.Bytes);
            _slots.Return(ticket.Class, 1);
            Grant();
        }
    }

    /// <summary>Requests of a class under way.</summary>
    public long InUse(QosClass qosClass)
    {
        lock (_turn)
            return _slots.Used(qosClass);
    }

    private bool WaitAtGate(QosClass qosClass, QosWaiter waiter, TimeSpan timeout, CancellationToken cancellation)
    {
        bool isSignalled = false;
        try
        {
            isSignalled = waiter.Granted.Wait(timeout, cancellation);
        }
        catch (OperationCanceledException)
        {
            // Handled below like a time-out: the grant may have come at the same moment.
        }
        lock (_turn)
        {
            if (waiter.IsGranted)
            {
                if (!isSignalled)
                    waiter.Granted.Wait(CancellationToken.None);
                return true;
            }
            Remove(qosClass, waiter);
            // What this waiter stood before may have room.
            Grant();
            return false;
        }
    }

    private void Grant()
    {
        Span<int> costs = stackalloc int[QosLimits.Classes];
        while (true)
        {
            for (int i = 0; i < costs.Length; i++)
                costs[i] = _first[i] is { } head && HasRoom((QosClass)i, head.Bytes) ? head.Bytes + MessageCost : 0;
            int chosen = _order.Choose(costs);
            if (chosen < 0)
                return;
            QosWaiter waiter = _first[chosen]!;
            Remove((QosClass)chosen, waiter);
            Take((QosClass)chosen, waiter.Bytes);
            waiter.IsGranted = true;
            waiter.Granted.Release();
        }
    }

    private bool HasRoom(QosClass qosClass, int bytes) => _bytes.CanTake(qosClass, bytes) && _slots.CanTake(qosClass, 1);

    private void Take(QosClass qosClass, int bytes)
    {
        _bytes.Take(qosClass, bytes);
        _slots.Take(qosClass, 1);
    }

    private void Append(QosClass qosClass, QosWaiter waiter, int bytes)
    {
        waiter.Bytes = bytes;
        waiter.Next = null;
        waiter.IsGranted = false;
        if (_last[(int)qosClass] is { } last)
            last.Next = waiter;
        else
            _first[(int)qosClass] = waiter;
        _last[(int)qosClass] = waiter;
    }

    private void Remove(QosClass qosClass, QosWaiter waiter)
    {
        QosWaiter? before = null;
        for (QosWaiter? at = _first[(int)qosClass]; at is not null && at != waiter; at = at.Next)
            before = at;
        if (before is null)
            _first[(int)qosClass] = waiter.Next;
        else
            before.Next = waiter.Next;
        if (_last[(int)qosClass] == waiter)
            _last[(int)qosClass] = before;
        waiter.Next = null;
    }
}
