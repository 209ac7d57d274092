using System.Runtime.CompilerServices;
using Penstock.HyperAmp.Owners;
using Penstock.HyperAmp.Regions;

namespace Penstock.HyperAmp.Queue;

/// <summary>Hands messages to the service. One sender at a time: the caller holds the channel's lock.</summary>
/// <remarks>
/// The path of a message:
/// <list type="number">
/// <item>it is written into an entry the client owns and put at the head of the wait list (<see cref="Submit"/>);</item>
/// <item>whoever finds the mark idle and the process list at its end stores BUSY and hands the whole wait list over
/// (<see cref="Kick"/>). BUSY comes before the head: a service that polls memory can finish a chain at any moment after
/// it is visible, and its IDLE must be the later store (contract 6.1, L1);</item>
/// <item>a message that cannot go yet stays on the wait list, and nobody waits with the lock held (L6).</item>
/// </list>
/// </remarks>
/// <param name="queue">The page.</param>
public struct Sender<TWords>(QueueView<TWords> queue)
    where TWords : struct, ISharedWords
{
    private readonly QueueView<TWords> _queue = queue;

    /// <summary>True while the peer completes one message per BUSY cycle: one is handed over at a time (S4).</summary>
    public bool OneByOne { get; set; }

    /// <summary>Puts a written entry on the wait list.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly void Submit(int index) => QueueLists.PushWait(_queue, index);

    /// <summary>Hands over what waits, when the service may take it.</summary>
    /// <param name="side">Where the hand-over is noted, for whoever repairs after this sender died in the middle.</param>
    /// <returns>True when a chain was handed over, so that the service has to be told.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly bool Kick(in SideView<TWords> side)
    {
        int head = _queue.WaitHead;
        if (!_queue.IsEntry(head) || _queue.IsEntry(_queue.ProcHead) || !QueueMark.IsReady(_queue.Mark))
            return false;
        if (OneByOne)
            return KickOldest(side);
        _queue.Mark = QueueMark.Busy;
        side.SenderJournal = SideView<TWords>.Note(head, single: false);
        // SYNC hand-over, release: message, payload and links are visible to whoever reads this head.
        _queue.ProcHead = head;
        _queue.WaitHead = _queue.Capacity;
        side.SenderJournal = 0;
        side.NoteRung(head, _queue.Offset(head));
        return true;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private readonly bool KickOldest(in SideView<TWords> side)
    {
        int index = QueueLists.OldestWaiting(_queue);
        if (index < 0)
            return false;
        side.Cycle++;
        _queue.Mark = QueueMark.Busy;
        side.SenderJournal = SideView<TWords>.Note(index, single: true);
        _ = QueueLists.RemoveWait(_queue, index);
        _queue.ProcHead = index;
        side.SenderJournal = 0;
        return true;
    }
}
