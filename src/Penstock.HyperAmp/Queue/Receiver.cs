using System;
using System.Runtime.CompilerServices;
using Penstock.HyperAmp.Regions;
using Penstock.HyperAmp.Services;

namespace Penstock.HyperAmp.Queue;

/// <summary>Takes chains of messages from the page and completes them. One receiver per page.</summary>
/// <remarks>
/// The path of a chain:
/// <list type="number">
/// <item><see cref="Collect"/> copies every message of the chain once, in the order of submission;</item>
/// <item><see cref="Unlink"/> moves the process head to its end: from here on no list field of these entries is read;</item>
/// <item><see cref="Complete"/> stores each flag word, after which the entry belongs to the client (S3);</item>
/// <item><see cref="Release"/> stores IDLE, which lets a sender hand over the next chain.</item>
/// </list>
/// </remarks>
public sealed class Receiver<TWords>
    where TWords : struct, ISharedWords
{
    private readonly QueueView<TWords> _queue;
    private readonly byte[] _seen;

    /// <summary>A receiver of the page's chains.</summary>
    public Receiver(QueueView<TWords> queue)
    {
        _queue = queue;
        _seen = new byte[queue.Capacity];
    }

    /// <summary>Chains that ran into themselves and were cut there; a peer that writes such a thing is broken.</summary>
    public long BrokenChains { get; private set; }

    /// <summary>What the page shows at a glance.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public PageState Look()
    {
        // SYNC hand-over, acquire: pairs with the sender's release of the head.
        if (_queue.IsEntry(_queue.ProcHead))
            return _queue.Mark == QueueMark.Busy ? PageState.Chain : PageState.EarlyChain;
        return QueueMark.IsReady(_queue.Mark) ? PageState.Empty : PageState.StuckMark;
    }

    /// <summary>Copies the chain's messages, oldest first.</summary>
    /// <param name="into">Room for as many messages as the page has entries.</param>
    /// <returns>How many.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Collect(CapturedMessage[] into)
    {
        int head = _queue.ProcHead;
        if (!_queue.IsEntry(head))
            return 0;
        into[0] = new CapturedMessage(head, _queue.Snapshot(head));
        int next = _queue.Next(head);
        return _queue.IsEntry(next) ? CollectRest(into, head, next) : 1;
    }

    /// <summary>Ends the process list.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Unlink() => _queue.ProcHead = _queue.Capacity;

    /// <summary>Completes a message: the result and the payload become the client's with one 16-bit release store.</summary>
    /// <remarks>SYNC completion, release: pairs with the client's acquire load of the flag word.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Complete(in CapturedMessage message, ServiceResult result) =>
        _queue.SetFlag(message.Index, MessageFlag.Completed(message.Message.Flag, result));

    /// <summary>Lets senders hand over the next chain.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Release() => _queue.Mark = QueueMark.Idle;

    [MethodImpl(MethodImplOptions.NoInlining)]
    private int CollectRest(CapturedMessage[] into, int head, int next)
    {
        _seen[head] = 1;
        int count = 1;
        for (int at = next; _queue.IsEntry(at) && count < into.Length; at = _queue.Next(at))
        {
            if (_seen[at] != 0)
            {
                BrokenChains++;
                break;
            }
            _seen[at] = 1;
            into[count++] = new CapturedMessage(at, _queue.Snapshot(at));
        }
        for (int i = 0; i < count; i++)
            _seen[into[i].Index] = 0;
        // Senders push at the head, so the chain runs from the newest to the oldest (S8).
        into.AsSpan(0, count).Reverse();
        return count;
    }
}
