using System;
using System.Numerics;

namespace Penstock.Stack.Time;

/// <summary>A hierarchical timer wheel that also knows its exact next deadline.</summary>
/// <remarks>
/// <code>
///   level 0   64 slots of 1.024 ms        a node lies at the level of the highest
///   level 1   64 slots of 65.5 ms         group of six bits in which its deadline
///   level 2   64 slots of 4.2 s           differs from the wheel's own time
///   ...       to level 7
/// </code>
/// So every node of a level is due before every node of the next one, and the first occupied slot of the lowest
/// occupied level holds the earliest. Nothing happens per tick: the wheel sleeps until that deadline. Arming and
/// disarming are O(1); a node moves down at most once a level. Time is in microseconds. Single-threaded.
/// </remarks>
public sealed class TimerWheel
{
    private const int TickBits = 10;
    private const int SlotBits = 6;
    private const int Slots = 1 << SlotBits;
    private const int Levels = 8;

    private const int Due = Levels * Slots; // one more list: nodes that Advance is about to call
    private const long Unknown = long.MinValue;
    private const long Furthest = 1L << 57; // what eight levels can tell apart: four thousand years

    private readonly TimerNode?[] _heads = new TimerNode?[Levels * Slots + 1];
    private readonly long[] _earliest = new long[Levels * Slots + 1]; // of a slot; Unknown after its earliest left
    private readonly ulong[] _occupied = new ulong[Levels + 1];
    private long _ticks;
    private long _advancing = long.MinValue;

    /// <summary>A wheel whose time starts at <paramref name="now"/>.</summary>
    public TimerWheel(long now = 0) => _ticks = Math.Max(0, now) >> TickBits;

    /// <summary>Nodes armed.</summary>
    public int Count { get; private set; }

    /// <summary>The earliest deadline, exactly; <see cref="long.MaxValue"/> when nothing is armed.</summary>
    /// <remarks>Usually two bit scans; a slot whose earliest node was disarmed is looked through once.</remarks>
    public long NextDeadline
    {
        get
        {
            int place = FirstPlace();
            return place < 0 ? long.MaxValue : EarliestOf(place);
        }
    }

    /// <summary>Arms a node, or moves it when it is armed already.</summary>
    /// <param name="node">Armed in no other wheel.</param>
    /// <param name="deadline">
    /// Microseconds; a time that has passed is due at the next <see cref="Advance"/>, never within the one that runs;
    /// <see cref="long.MaxValue"/> disarms.
    /// </param>
    public void Arm(TimerNode node, long deadline)
    {
        if (deadline == long.MaxValue)
        {
            Disarm(node);
            return;
        }
        deadline = Math.Min(Math.Max(deadline, _advancing + 1), Furthest);
        if (node.IsArmed)
        {
            if (node.Deadline == deadline)
                return;
            Unlink(node);
        }
        else
        {
            Count++;
        }
        node.Deadline = deadline;
        Link(node);
    }

    /// <summary>Disarms a node; nothing happens when it is not armed.</summary>
    public void Disarm(TimerNode node)
    {
        if (!node.IsArmed)
            return;
        Unlink(node);
        node.Deadline = long.MaxValue;
        Count--;
    }

    /// <summary>Calls every node that is due, earlier slots first.</summary>
    /// <returns>Nodes called.</returns>
    public int Advance(long now)
    {
        int fired = 0;
        _advancing = now;
        for (int place = FirstPlace(); place >= 0 && EarliestOf(place) <= now; place = FirstPlace())
        {
            // The wheel's own time never passes an armed node, or levels would no longer be in order.
            _ticks = Math.Max(_ticks, EarliestOf(place) >> TickBits);
            if (place >= Slots)
                Redistribute(place);
            else
                fired += Fire(place, now);
        }
        _advancing = long.MinValue;
        _ticks = Math.Max(_ticks, Math.Min(now, NextDeadline) >> TickBits);
        Settle();
        return fired;
    }

    // When time enters a slot of a higher level, its nodes belong to lower levels from then on.
    private void Settle()
    {
        int place = FirstPlace();
        if (place >= Slots && (place & (Slots - 1)) == SlotAt(_ticks, place >> SlotBits))
            Redistribute(place);
    }

    private void Redistribute(int place)
    {
        TimerNode? node = _heads[place];
        _heads[place] = null;
        _occupied[place >> SlotBits] &= ~(1UL << (place & (Slots - 1)));
        while (node is not null)
        {
            TimerNode? next = node.Next;
            Link(node);
            node = next;
        }
    }

    // Due nodes are set aside before the first is called: whoever is called may arm and disarm any node.
    private int Fire(int place, long now)
    {
        for (TimerNode? node = _heads[place]; node is not null;)
        {
            TimerNode? next = node.Next;
            if (node.Deadline <= now)
            {
                Unlink(node);
                Push(node, Due);
            }
            node = next;
        }
        int fired = 0;
        while (_heads[Due] is { } node)
        {
            Unlink(node);
            node.Deadline = long.MaxValue;
            Count--;
            fired++;
            node.OnDue(now);
        }
        return fired;
    }

    private void Link(TimerNode node)
    {
        long ticks = Math.Max(node.Deadline >> TickBits, _ticks);
        int level = LevelOf(ticks);
        Push(node, level * Slots + SlotAt(ticks, level));
    }

    private void Push(TimerNode node, int place)
    {
        TimerNode? head = _heads[place];
        node.Place = place;
        node.Previous = null;
        node.Next = head;
        if (head is null)
        {
            _earliest[place] = node.Deadline;
            _occupied[place >> SlotBits] |= 1UL << (place & (Slots - 1));
        }
        else
        {
            head.Previous = node;
            if (_earliest[place] != Unknown && node.Deadline < _earliest[place])
                _earliest[place] = node.Deadline;
        }
        _heads[place] = node;
    }

    private void Unlink(TimerNode node)
    {
        int place = node.Place;
        if (node.Next is { } next)
            next.Previous = node.Previous;
        if (node.Previous is { } previous)
            previous.Next = node.Next;
        else
            _heads[place] = node.Next;
        if (_heads[place] is null)
            _occupied[place >> SlotBits] &= ~(1UL << (place & (Slots - 1)));
        else if (_earliest[place] == node.Deadline)
            _earliest[place] = Unknown;
        node.Next = node.Previous = null;
        node.Place = TimerNode.NotArmed;
    }

    private long EarliestOf(int place)
    {
        if (_heads[place] is null)
            return long.MaxValue;
        if (_earliest[place] == Unknown)
        {
            long earliest = long.MaxValue;
            for (TimerNode? node = _heads[place]; node is not null; node = node.Next)
                earliest = Math.Min(earliest, node.Deadline);
            _earliest[place] = earliest;
        }
        return _earliest[place];
    }

    private int FirstPlace()
    {
        for (int level = 0; level < Levels; level++)
        {
            ulong occupied = _occupied[level];
            if (occupied == 0)
                continue;
            // Slots before the wheel's own are never occupied: they belong to a group that differs higher up.
            return level * Slots + BitOperations.TrailingZeroCount(occupied);
        }
        return -1;
    }

    private int LevelOf(long ticks)
    {
        ulong differing = (ulong)(ticks ^ _ticks);
        if (differing == 0)
            return 0;
        return Math.Min(Levels - 1, BitOperations.Log2(differing) / SlotBits);
    }

    private static int SlotAt(long ticks, int level) => (int)(ticks >> (level * SlotBits)) & (Slots - 1);
}
