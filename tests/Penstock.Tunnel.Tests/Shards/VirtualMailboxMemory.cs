using Penstock.Interleaving;
using Penstock.Tunnel.Shards;

namespace Penstock.Tunnel.Tests.Shards;

/// <summary>A mailbox's memory in the explorer, faithful or with a defect planted between the ring and its words.</summary>
internal readonly struct VirtualMailboxMemory(VirtualMemory memory, int capacity, MailboxDefect defect) : IMailboxMemory<long>
{
    // The ring keeps its three single words on cache lines of their own, then come the turns; here they lie close
    // together, since every step copies the memory: tail, head, sleep, turns, slots, and the alarm's counter.
    private const int Tail = 0;
    private const int Sleep = 2;
    private const int Turns = 3;

    private readonly Held _held = new();

    public static int Size(int capacity) => 8 * (Turns + 2 * capacity + 1);

    public int AlarmOffset => 8 * (Turns + 2 * capacity);

    private int FirstTurn => MailboxRing<long, VirtualMailboxMemory>.WordsFor(capacity) - capacity;

    public long LoadAcquire(int word)
    {
        int at = At(word);
        if (defect == MailboxDefect.NoSecondLook && _held.HasFenced && at >= Turns)
        {
            _held.HasFenced = false;
            return -1;
        }
        long value = (long)memory.Load(8 * at, 8);
        if (at == Sleep)
            Publish();
        return value;
    }

    public void StoreRelease(int word, long value)
    {
        int at = At(word);
        bool isFilled = at >= Turns && (value & (capacity - 1)) == ((at - Turns + 1) & (capacity - 1));
        if (defect == MailboxDefect.FlagCheckedBeforePublication && isFilled)
            (_held.Publication, _held.Turn) = (8 * at, value);
        else if (defect == MailboxDefect.PlainPublication && at >= Turns)
            memory.Store(8 * at, 8, (ulong)value);
        else
            memory.StoreRelease(8 * at, 8, (ulong)value);
    }

    public long CompareExchange(int word, long value, long comparand)
    {
        int at = At(word);
        if (defect != MailboxDefect.ClaimWithoutCompareExchange || at != Tail)
            return (long)memory.CompareExchange(8 * at, 8, (ulong)value, (ulong)comparand);
        long found = (long)memory.Load(8 * at, 8);
        if (found == comparand)
            memory.StoreRelease(8 * at, 8, (ulong)value);
        return found;
    }

    public void FullFence()
    {
        if (_held.Publication == 0 && defect != MailboxDefect.NoFence)
            memory.FullFence();
        _held.HasFenced = true;
    }

    public void Put(int slot, in long message) => memory.Store(Slot(slot), 8, (ulong)message);

    public long Take(int slot)
    {
        if (defect == MailboxDefect.EmptiedTooEarly)
        {
            ulong turn = memory.Load(8 * (Turns + slot), 8);
            memory.StoreRelease(8 * (Turns + slot), 8, turn - 1 + (ulong)capacity);
        }
        long message = (long)memory.Load(Slot(slot), 8);
        memory.Store(Slot(slot), 8, 0);
        return message;
    }

    private int At(int word) => word >= FirstTurn ? Turns + word - FirstTurn : (word - 8) / 16;

    private int Slot(int slot) => 8 * (Turns + capacity + slot);

    private void Publish()
    {
        if (_held.Publication == 0)
            return;
        memory.StoreRelease(_held.Publication, 8, (ulong)_held.Turn);
        _held.Publication = 0;
    }

    private sealed class Held
    {
        public int Publication { get; set; }

        public long Turn { get; set; }

        public bool HasFenced { get; set; }
    }
}
