using System;
using System.Collections.Generic;
using Penstock.HyperAmp.Queue;
using Penstock.HyperAmp.Regions;
using Penstock.HyperAmp.Services;
using Penstock.Linux.Memory;

namespace Penstock.HyperAmp.Owners;

/// <summary>Puts a channel in order after an owner died, wherever it was killed (contract 6.5). All under the lock.</summary>
/// <remarks>
/// The process list belongs to the service as long as one lives, so it is read and never rewritten then. Everything else
/// is made anew from the records: the wait list without the dead owners' messages, the free list in ascending order, the
/// payload bitmap. Entries of legacy peers have no record; they stay where they are unless the free list itself is torn.
/// </remarks>
public sealed class ChannelRepair<TWords>
    where TWords : struct, ISharedWords
{
    private const byte OnFree = 1;
    private const byte OnWait = 2;
    private const byte OnProc = 3;
    private const int SettleTurns = 50;

    private readonly SharedChannel<TWords> _channel;
    private readonly QueueView<TWords> _queue;
    private readonly SideView<TWords> _side;

    /// <summary>For a channel whose lock the caller holds at every call.</summary>
    public ChannelRepair(SharedChannel<TWords> channel)
    {
        _channel = channel;
        _queue = channel.Queue;
        _side = channel.Side;
    }

    /// <summary>Repairs after the holder of the lock died: a hand-over may be half done, a list half linked.</summary>
    public void Run()
    {
        bool serviceLives = ServiceLives();
        if (!serviceLives && _side.Service != 0)
            FailLost();
        FinishHandOver(serviceLives);
        RebuildLists(serviceLives);
    }

    /// <summary>Frees what owners left that died outside the lock.</summary>
    /// <param name="force">Looks at every record even if no slot names a dead owner.</param>
    /// <returns>True when one had.</returns>
    public bool RecoverDeadOwners(bool force = false)
    {
        bool found = force;
        for (int slot = 0; slot < SideGeometry.OwnerSlots; slot++)
            found |= slot != _channel.Me.Slot && _side.Nonce(slot) != 0 && !_channel.Liveness.IsAlive(slot);
        if (!found)
            return false;
        bool serviceLives = ServiceLives();
        if (!serviceLives && _side.Service != 0)
            FailLost();
        RebuildLists(serviceLives);
        return true;
    }

    /// <summary>
    /// Ends every message that a dead service had taken: failed for the peer, lost for our own clients. What it had not
    /// taken stays on the process list for the next service.
    /// </summary>
    public void FailLost()
    {
        int capacity = _queue.Capacity;
        byte[] seen = new byte[capacity];
        int proc = _queue.ProcHead;
        bool linked = _queue.IsEntry(proc);
        if (linked && _side.Journal != 0)
        {
            // The chain was being served where it hangs: whatever is not dealt may be half transformed.
            _ = QueueLists.Walk(_queue, proc, seen, OnProc);
            _queue.ProcHead = capacity;
            for (int i = 0; i < capacity; i++)
            {
                if (seen[i] == OnProc)
                    Fail(i);
            }
            linked = false;
            Array.Clear(seen);
        }
        if (linked)
            _ = QueueLists.Walk(_queue, proc, seen, OnProc);
        _ = QueueLists.Walk(_queue, _queue.WaitHead, seen, OnWait);
        for (int i = 0; i < capacity; i++)
        {
            if (seen[i] == 0 && _side.Entry(i).State is EntryState.Submitted or EntryState.Quarantined)
                Fail(i);
        }
        if (!linked && !QueueMark.IsReady(_queue.Mark))
            _queue.Mark = QueueMark.Idle;
        _side.Journal = 0;
        _side.Service = 0;
        _side.Sleep = 0;
    }

    /// <summary>Initialises the queue under a new epoch: living clients fail fast and begin anew.</summary>
    public void Reset()
    {
        _side.Epoch++;
        _channel.Allocator.Clear();
        for (int i = 0; i < _queue.Capacity; i++)
        {
            _side.SetEntry(i, default);
            _side.SetBlock(i, default);
            _side.SetOwnerOf(i, 0);
        }
        _side.SenderJournal = 0;
        QueueFormat.Initialise(_queue);
        _ = _queue.TryLock();
        _queue.Mark = QueueMark.Idle;
    }

    private bool ServiceLives() => _side.Service is var service and not 0 && _channel.Liveness.IsAlive(service - 1);

    private void Fail(int index)
    {
        ushort flag = _queue.Flag(index);
        if (MessageFlag.IsDealt(flag))
            return;
        _side.SetLost(index, 1);
        _queue.SetFlag(index, MessageFlag.Completed(flag, ServiceResult.Fail));
    }

    // The sender notes what it hands over after BUSY and before it publishes the head. A mark that stays BUSY over an
    // empty process list says that nothing was published; otherwise the service has it, or has had it.
    private void FinishHandOver(bool serviceLives)
    {
        uint noted = _side.SenderJournal;
        bool unpublished = false;
        if (!_queue.IsEntry(_queue.ProcHead) && _queue.Mark == QueueMark.Busy)
        {
            for (int i = 0; (serviceLives || noted != 0) && i < SettleTurns && _queue.Mark == QueueMark.Busy; i++)
                Processor.Nap(TimeSpan.FromMilliseconds(1));
            unpublished = _queue.Mark == QueueMark.Busy;
            if (unpublished)
                _queue.Mark = QueueMark.Idle;
        }
        _side.SenderJournal = 0;
        int index = SideView<TWords>.NotedEntry(noted);
        if (noted == 0 || !_queue.IsEntry(index))
            return;
        if (!SideView<TWords>.IsSingle(noted))
        {
            if (!unpublished && _queue.WaitHead == index)
                _queue.WaitHead = _queue.Capacity;
        }
        else if (unpublished && !IsWaiting(index))
        {
            QueueLists.PushWait(_queue, index);
        }
    }

    private bool IsWaiting(int index)
    {
        int at = _queue.WaitHead;
        for (int i = 0; i < _queue.Capacity && _queue.IsEntry(at); i++, at = _queue.Next(at))
        {
            if (at == index)
                return true;
        }
        return false;
    }

    private void RebuildLists(bool serviceLives)
    {
        int capacity = _queue.Capacity;
        byte[] seen = new byte[capacity];
        for (int i = 0; i < capacity; i++)
        {
            if (_queue.Cur(i) != i)
            {
                Reset();
                return;
            }
        }
        List<int> waiting = [];
        for (int at = _queue.WaitHead; _queue.IsEntry(at) && waiting.Count < capacity; at = _queue.Next(at))
            waiting.Add(at);
        bool sound = QueueLists.Walk(_queue, _queue.ProcHead, seen, OnProc)
            && QueueLists.Walk(_queue, _queue.WaitHead, seen, OnWait);
        if (!sound)
        {
            Reset();
            return;
        }
        bool freeSound = QueueLists.Walk(_queue, _queue.EmptyHead, seen, OnFree);
        SettleRecords(seen, serviceLives);
        waiting.RemoveAll(index => seen[index] != OnWait);
        Relink(waiting);
        LinkFree(seen, freeSound);
        RebuildBitmap();
        ForgetDead();
    }

    /// <summary>Decides for every entry with a record: its owner's still, free, or in quarantine.</summary>
    private void SettleRecords(byte[] seen, bool serviceLives)
    {
        for (int i = 0; i < seen.Length; i++)
        {
            EntryWord word = _side.Entry(i);
            if (word.State == EntryState.Free)
                continue;
            bool lives = Lives(word.Owner);
            bool mayBeWritten = word.State is EntryState.Submitted or EntryState.Quarantined
                && seen[i] != OnWait && !MessageFlag.IsDealt(_queue.Flag(i)) && (serviceLives || seen[i] == OnProc);
            if (lives)
            {
                if (seen[i] is 0 or OnFree)
                    seen[i] = OnProc;
                continue;
            }
            if (mayBeWritten)
            {
                _side.SetEntry(i, new EntryWord(EntryState.Quarantined, word.Owner));
                seen[i] = OnProc;
                continue;
            }
            if (seen[i] == OnProc)
                continue;
            _side.SetBlock(i, default);
            _side.SetOwnerOf(i, 0);
            _side.SetEntry(i, default);
            seen[i] = OnFree;
        }
    }

    private void Relink(List<int> waiting)
    {
        for (int i = 0; i < waiting.Count; i++)
            _queue.SetNext(waiting[i], i + 1 < waiting.Count ? waiting[i + 1] : _queue.Capacity);
        _queue.WaitHead = waiting.Count > 0 ? waiting[0] : _queue.Capacity;
    }

    private void LinkFree(byte[] seen, bool freeSound)
    {
        int next = _queue.Capacity;
        for (int i = seen.Length - 1; i >= 0; i--)
        {
            if (seen[i] != OnFree && (freeSound || seen[i] != 0))
                continue;
            _queue.SetFlag(i, MessageFlag.Reset(_queue.Flag(i)));
            _queue.SetLength(i, 0);
            _queue.SetNext(i, next);
            next = i;
        }
        _queue.EmptyHead = next;
    }

    private void RebuildBitmap()
    {
        _channel.Allocator.Clear();
        for (int i = 0; i < _queue.Capacity; i++)
        {
            if (_side.Entry(i).State != EntryState.Free)
                _ = _channel.Allocator.Mark(_side.Block(i));
        }
    }

    private void ForgetDead()
    {
        for (int slot = 0; slot < SideGeometry.OwnerSlots; slot++)
        {
            if (slot != _channel.Me.Slot && _side.Nonce(slot) != 0 && !_channel.Liveness.IsAlive(slot))
                _side.Forget(slot);
        }
    }

    private bool Lives(OwnerToken owner) =>
        owner.Slot < SideGeometry.OwnerSlots && _side.Nonce(owner.Slot) == owner.Nonce
        && (owner == _channel.Me || _channel.Liveness.IsAlive(owner.Slot));
}
