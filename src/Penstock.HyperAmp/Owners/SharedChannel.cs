using System;
using System.Runtime.CompilerServices;
using System.Threading;
using Penstock.HyperAmp.Allocation;
using Penstock.HyperAmp.Queue;
using Penstock.HyperAmp.Regions;
using Penstock.Linux.Memory;

namespace Penstock.HyperAmp.Owners;

/// <summary>A queue page and its side region as one owner uses them: lock, entries, payload, hand-over.</summary>
/// <remarks>
/// One lock per channel excludes the senders of all processes. Sections under it are some tens of instructions; a
/// holder that dies inside one is noticed by the kernel's lease, and the next to enter repairs what it left
/// (<see cref="ChannelRepair{TWords}"/>). Records are written before the free list changes on the way in and after it on
/// the way out, so an entry is at every moment on a list or in a record.
/// </remarks>
public sealed class SharedChannel<TWords>
    where TWords : struct, ISharedWords
{
    private const int SpinsBeforeYield = 64;
    private const int YieldsBeforeNap = 128;
    private const long LeaseMilliseconds = 1000;

    private readonly QueueView<TWords> _queue;
    private readonly SideView<TWords> _side;
    private readonly PayloadAllocator<TWords> _allocator;
    private readonly ulong _lockWord;
    private Sender<TWords> _sender;
    private long _byteStuckSince;

    /// <summary>An owner's view.</summary>
    public SharedChannel(QueueView<TWords> queue, SideView<TWords> side, OwnerToken me, IOwnerLiveness liveness)
    {
        _queue = queue;
        _side = side;
        _allocator = new PayloadAllocator<TWords>(side);
        _sender = new Sender<TWords>(queue);
        Me = me;
        Liveness = liveness;
        _lockWord = me.LockWord;
        Repair = new ChannelRepair<TWords>(this);
    }

    /// <summary>This owner.</summary>
    public OwnerToken Me { get; }

    /// <summary>The queue page.</summary>
    public QueueView<TWords> Queue => _queue;

    /// <summary>The side region.</summary>
    public SideView<TWords> Side => _side;

    /// <summary>The payload allocator; to be used under the lock.</summary>
    public PayloadAllocator<TWords> Allocator => _allocator;

    /// <summary>Who still lives.</summary>
    public IOwnerLiveness Liveness { get; }

    /// <summary>Puts in order what dead owners left.</summary>
    public ChannelRepair<TWords> Repair { get; }

    /// <summary>True while no service of ours is announced: messages go one per BUSY cycle, as a legacy service needs it.</summary>
    public bool OneByOne
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => _side.Service == 0;
    }

    /// <summary>Takes the lock if it is free, and the page's lock byte with it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryEnter() => _side.TryLock(_lockWord) && (_queue.TryLock() || TakeByteOrLeave());

    /// <summary>Takes the lock, from a dead holder if need be.</summary>
    /// <param name="due">When to give up, see <see cref="Deadline"/>.</param>
    /// <returns>False when the time is over.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool Enter(long due = long.MaxValue) => TryEnter() || EnterContended(due);

    /// <summary>Gives the lock back; a full fence.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Leave()
    {
        _queue.Unlock();
        _side.Unlock();
    }

    /// <summary>Takes an entry with a payload block. Under the lock.</summary>
    /// <param name="bytes">Payload bytes needed.</param>
    /// <param name="generous">Payload bytes to reserve where there is room, so that the entry fits later requests too.</param>
    /// <param name="index">The entry, now held by this owner.</param>
    /// <param name="block">Its payload.</param>
    public TakeStatus TryTake(int bytes, int generous, out int index, out PayloadBlock block)
    {
        block = default;
        index = _queue.EmptyHead;
        if (!_queue.IsEntry(index))
        {
            ReclaimQuarantined();
            ReclaimCached();
            index = _queue.EmptyHead;
            if (!_queue.IsEntry(index))
                return TakeStatus.NoEntry;
        }
        if (_side.Entry(index).State is EntryState.Held or EntryState.Submitted && _side.Entry(index).Owner == Me)
            return TakeStatus.Corrupt;
        if (!TryAllocate(bytes, generous, out block))
        {
            ReclaimQuarantined();
            ReclaimCached();
            if (!TryAllocate(bytes, generous, out block))
                return TakeStatus.NoPayload;
            index = _queue.EmptyHead;
        }
        _side.SetLost(index, 0);
        _side.SetBlock(index, block);
        _side.SetEntry(index, new EntryWord(EntryState.Held, Me));
        _side.SetOwnerOf(index, Me.Slot + 1);
        _ = QueueLists.PopEmpty(_queue);
        return TakeStatus.Taken;
    }

    /// <summary>Gives a held entry a payload block of at least <paramref name="bytes"/>. Under the lock.</summary>
    public bool TryResize(int index, int bytes, ref PayloadBlock block)
    {
        _allocator.Free(block);
        if (!TryAllocate(bytes, bytes, out PayloadBlock larger))
        {
            ReclaimQuarantined();
            ReclaimCached();
            if (!TryAllocate(bytes, bytes, out larger))
            {
                // The old run is this entry's still: nobody else allocates under this lock.
                if (!_allocator.Mark(block))
                    block = default;
                _side.SetBlock(index, block);
                return false;
            }
        }
        block = larger;
        _side.SetBlock(index, block);
        return true;
    }

    /// <summary>Puts a held entry back on the free list, and its payload back. Under the lock.</summary>
    public void Return(int index)
    {
        // Not submitted any more, before the dealt bit goes: a repair would take it for a message under way.
        _side.SetEntry(index, new EntryWord(EntryState.Held, Me));
        _allocator.Free(_side.Block(index));
        _side.SetBlock(index, default);
        QueueLists.PushEmpty(_queue, index);
        _side.SetOwnerOf(index, 0);
        _side.SetEntry(index, default);
    }

    /// <summary>Puts a written entry on the wait list and hands over what can go. Under the lock.</summary>
    /// <returns>True when the service has to be told.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool Submit(int index)
    {
        Append(index);
        return Kick();
    }

    /// <summary>Puts a written entry on the wait list, to be handed over with the next. Under the lock.</summary>
    /// <remarks>Linked first, then noted as submitted: an entry that is noted and on no list has been taken.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Append(int index)
    {
        _sender.Submit(index);
        _side.SetEntry(index, new EntryWord(EntryState.Submitted, Me));
    }

    /// <summary>Hands over what waits, when the service may take it. Under the lock.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool Kick()
    {
        _sender.OneByOne = OneByOne;
        if (!_sender.Kick(_side))
            return false;
        _side.Bell++;
        return true;
    }

    /// <summary>Takes a submitted message back that was not handed over yet. Under the lock.</summary>
    public bool TryWithdraw(int index) => QueueLists.RemoveWait(_queue, index);

    /// <summary>True when something waits and could be handed over: whoever sees this may enter and kick.</summary>
    /// <remarks>
    /// Only for messages of ours. A legacy client hands its list over itself once it sees IDLE; done for it, it would set
    /// BUSY over a list that is empty.
    /// </remarks>
    public bool NeedsKick
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => _queue.WaitHead is var head && _queue.IsEntry(head) && MayKick(head);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool MayKick(int head) =>
        !_queue.IsEntry(_queue.ProcHead) && QueueMark.IsReady(_queue.Mark) && _side.OwnerOf(head) != 0;

    /// <summary>Frees entries in quarantine that the service has finished with. Under the lock.</summary>
    /// <returns>How many.</returns>
    public int ReclaimQuarantined()
    {
        int count = 0;
        for (int i = 0; i < _queue.Capacity; i++)
        {
            EntryWord word = _side.Entry(i);
            if (word.State == EntryState.Quarantined && MessageFlag.IsDealt(_queue.Flag(i))
                && (!OneByOne || QueueMark.IsReady(_queue.Mark))
                && _side.TryChange(i, word, new EntryWord(EntryState.Held, Me)))
            {
                Return(i);
                count++;
            }
        }
        return count;
    }

    /// <summary>Frees entries that some owner keeps for later. Under the lock.</summary>
    public int ReclaimCached()
    {
        int count = 0;
        for (int i = 0; i < _queue.Capacity; i++)
        {
            EntryWord word = _side.Entry(i);
            if (word.State == EntryState.Cached && _side.TryChange(i, word, new EntryWord(EntryState.Held, Me)))
            {
                Return(i);
                count++;
            }
        }
        return count;
    }

    private bool TryAllocate(int bytes, int generous, out PayloadBlock block) =>
        _allocator.TryAllocate(_allocator.UnitsFor(Math.Max(bytes, generous)), out block)
        || _allocator.TryAllocate(_allocator.UnitsFor(bytes), out block);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool EnterContended(long due)
    {
        for (int turn = 0; ; turn++)
        {
            if (TryEnter())
                return true;
            if (turn < SpinsBeforeYield)
            {
                Thread.SpinWait(8);
                continue;
            }
            if (turn < SpinsBeforeYield + YieldsBeforeNap)
            {
                Processor.Yield();
                continue;
            }
            if (TryBreakLock())
                return true;
            if (Deadline.IsOver(due))
                return false;
            Processor.Nap(TimeSpan.FromMilliseconds(1));
        }
    }

    /// <summary>Takes the lock from a holder that no longer lives, and repairs what it left.</summary>
    public bool TryBreakLock()
    {
        ulong word = _side.LockWord;
        if (word == 0)
            return false;
        OwnerToken holder = OwnerToken.OfLockWord(word);
        if (holder.Slot >= 0 && _side.Nonce(holder.Slot) == holder.Nonce && Liveness.IsAlive(holder.Slot))
            return false;
        if (!_side.TryLock(_lockWord, word))
            return false;
        _queue.Unlock();
        if (!_queue.TryLock())
        {
            _side.Unlock();
            return false;
        }
        Repair.Run();
        return true;
    }

    // The byte's other users are legacy clients, which leave no name. One that holds it for a whole lease is dead, or
    // the byte was never initialised (L7).
    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool TakeByteOrLeave()
    {
        for (int i = 0; i < SpinsBeforeYield; i++)
        {
            if (_queue.TryLock())
            {
                _byteStuckSince = 0;
                return true;
            }
            Thread.SpinWait(8);
        }
        const byte HeldByPeer = 0x0F;
        long now = Environment.TickCount64;
        if (_byteStuckSince == 0)
            _byteStuckSince = now;
        if (_queue.LockByte != HeldByPeer || now - _byteStuckSince > LeaseMilliseconds)
        {
            _byteStuckSince = 0;
            _queue.Unlock();
        }
        if (_queue.TryLock())
            return true;
        _side.Unlock();
        return false;
    }
}
