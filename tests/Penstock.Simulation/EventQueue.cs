using System;
using System.Collections.Generic;

namespace Penstock.Simulation;

/// <summary>Virtual time: what happens next, in microseconds; what is due together happens in the order of its planning.</summary>
public sealed class EventQueue
{
    private readonly PriorityQueue<Action, (long Time, long Order)> _events = new();
    private long _order;

    /// <summary>The time.</summary>
    public long Now { get; private set; }

    /// <summary>When the next event is due; <see cref="long.MaxValue"/> without one.</summary>
    public long NextTime => _events.TryPeek(out _, out (long Time, long Order) due) ? due.Time : long.MaxValue;

    /// <summary>Sets the clock at the start.</summary>
    public void StartAt(long time) => Now = time;

    /// <summary>Plans an event.</summary>
    public void After(long delay, Action action) => _events.Enqueue(action, (Now + Math.Max(0, delay), _order++));

    /// <summary>Moves the clock and runs all that is due then.</summary>
    public void RunUntil(long time)
    {
        Now = time;
        while (_events.TryPeek(out Action? action, out (long Time, long Order) due) && due.Time <= time)
        {
            _events.Dequeue();
            action();
        }
    }
}
