using System;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace Penstock.Tunnel.Shards;

/// <summary>The ring behind a <see cref="Mailbox{T}"/>: many producers, one consumer, no lock.</summary>
/// <remarks>
/// Every slot has a turn, which says whose it is; positions only grow (a 64-bit count does not wrap in this universe).
/// <code>
///   slot of position p:   turn = p             free: the producer that claims p may fill it
///                         turn = p + 1         full: the consumer may take it
///                         turn = p + capacity  free again, for the next round
///
///        head                    tail
///   -----|==========|......|=====|-----        = full   . claimed, still being written
/// </code>
/// The fences, in pairs:
/// <list type="bullet">
/// <item><b>filled</b>: a producer writes the message, then releases turn = p + 1; the consumer acquires it, then reads.</item>
/// <item><b>emptied</b>: the consumer clears the slot, then releases turn = p + capacity; a producer acquires it, then writes.</item>
/// <item><b>asleep</b>: two full fences, because each side writes one word and then reads the other's: a producer releases
/// <i>filled</i>, fences, reads the sleep word; the consumer sets the sleep word, fences, reads <i>filled</i>. At least
/// one of them sees the other, so a message never lies unseen before a sleeper.</item>
/// </list>
/// Words stand on cache lines of their own, the turns excepted.
/// </remarks>
internal sealed class MailboxRing<T, TMemory>
    where TMemory : struct, IMailboxMemory<T>
{
    internal const int LargestCapacity = 1 << 20;

    private const int WordsPerLine = 8;
    private const int Tail = WordsPerLine;
    private const int Head = Tail + 2 * WordsPerLine;
    private const int Sleep = Head + 2 * WordsPerLine;
    private const int Turns = Sleep + 2 * WordsPerLine;

    private const long Awake = 0;
    private const long Asleep = 1;

    private readonly IAlarm _alarm;
    private readonly int _mask;
    private readonly TMemory _memory;
    private long _head; // the consumer's own copy

    /// <param name="memory"><see cref="WordsFor"/> words, all zero, and <paramref name="capacity"/> slots.</param>
    /// <param name="alarm">Rung for a sleeping owner.</param>
    /// <param name="capacity">As for a mailbox.</param>
    internal MailboxRing(TMemory memory, IAlarm alarm, int capacity)
    {
        _alarm = alarm;
        _mask = capacity - 1;
        _memory = memory;
        for (int slot = 1; slot < capacity; slot++)
            _memory.StoreRelease(Turns + slot, slot);
    }

    /// <summary>Words that a ring of this capacity needs, all zero at the start.</summary>
    internal static int WordsFor(int capacity)
    {
        if (capacity is < 2 or > LargestCapacity || !BitOperations.IsPow2(capacity))
            throw new ArgumentOutOfRangeException(nameof(capacity), capacity, "a mailbox holds a power of two, 2 to 2^20");
        return Turns + capacity;
    }

    internal int Depth => (int)Math.Clamp(_memory.LoadAcquire(Tail) - _memory.LoadAcquire(Head), 0, _mask + 1);

    internal bool TryPost(in T message)
    {
        long position = _memory.LoadAcquire(Tail);
        while (true)
        {
            long lead = _memory.LoadAcquire(TurnOf(position)) - position; // acquires: emptied
            if (lead == 0)
            {
                long found = _memory.CompareExchange(Tail, position + 1, position);
                if (found == position)
                    break;
                position = found;
            }
            else if (lead < 0)
            {
                return false; // the slot still holds the message of a round ago
            }
            else
            {
                position = _memory.LoadAcquire(Tail); // another producer has filled it
            }
        }

        _memory.Put((int)position & _mask, message);
        _memory.StoreRelease(TurnOf(position), position + 1); // releases: filled
        _memory.FullFence(); // asleep, the producer's half
        if (_memory.LoadAcquire(Sleep) == Asleep)
            WakeOwner();
        return true;
    }

    internal bool TryTake(out T message)
    {
        long position = _head;
        if (_memory.LoadAcquire(TurnOf(position)) != position + 1) // acquires: filled
        {
            message = default!;
            return false;
        }
        message = _memory.Take((int)position & _mask);
        _head = position + 1;
        _memory.StoreRelease(TurnOf(position), position + _mask + 1); // releases: emptied
        _memory.StoreRelease(Head, position + 1);
        return true;
    }

    internal bool PrepareToSleep()
    {
        _memory.StoreRelease(Sleep, Asleep);
        _memory.FullFence(); // asleep, the consumer's half
        if (_memory.LoadAcquire(TurnOf(_head)) != _head + 1)
            return true;
        Woken();
        return false;
    }

    internal void Woken() => _memory.StoreRelease(Sleep, Awake);

    /// <summary>Of all producers that see the sleep, one rings: an eventfd write is a system call.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void WakeOwner()
    {
        if (_memory.CompareExchange(Sleep, Awake, Asleep) == Asleep)
            _alarm.Ring();
    }

    private int TurnOf(long position) => Turns + ((int)position & _mask);
}
