using System;
using Penstock.HyperAmp.Regions;

namespace Penstock.HyperAmp.Queue;

/// <summary>List operations on a queue page (contract 2.1). The caller excludes other users of the same list.</summary>
/// <remarks>A list ends at the first index that names no entry; every walk is bounded by the number of entries.</remarks>
public static class QueueLists
{
    /// <summary>Takes the head of the free list and resets its message; -1 when the list is empty.</summary>
    public static int PopEmpty<TWords>(QueueView<TWords> queue)
        where TWords : struct, ISharedWords
    {
        int index = queue.EmptyHead;
        if (!queue.IsEntry(index))
            return -1;
        queue.EmptyHead = queue.Next(index);
        queue.SetNext(index, queue.Capacity);
        Reset(queue, index);
        return index;
    }

    /// <summary>Resets an entry's message (offset and service stay stale) and puts it at the head of the free list.</summary>
    public static void PushEmpty<TWords>(QueueView<TWords> queue, int index)
        where TWords : struct, ISharedWords
    {
        Reset(queue, index);
        int head = queue.EmptyHead;
        queue.SetNext(index, queue.IsEntry(head) ? head : queue.Capacity);
        queue.EmptyHead = index;
    }

    /// <summary>Puts an entry at the head of the wait list.</summary>
    public static void PushWait<TWords>(QueueView<TWords> queue, int index)
        where TWords : struct, ISharedWords
    {
        int head = queue.WaitHead;
        queue.SetNext(index, queue.IsEntry(head) ? head : queue.Capacity);
        queue.WaitHead = index;
    }

    /// <summary>Takes an entry out of the wait list, wherever it stands; false when it is not on it.</summary>
    public static bool RemoveWait<TWords>(QueueView<TWords> queue, int index)
        where TWords : struct, ISharedWords
    {
        int previous = -1;
        int at = queue.WaitHead;
        for (int step = 0; step < queue.Capacity && queue.IsEntry(at); step++)
        {
            int next = queue.Next(at);
            if (at == index)
            {
                if (previous < 0)
                    queue.WaitHead = queue.IsEntry(next) ? next : queue.Capacity;
                else
                    queue.SetNext(previous, queue.IsEntry(next) ? next : queue.Capacity);
                queue.SetNext(index, queue.Capacity);
                return true;
            }
            previous = at;
            at = next;
        }
        return false;
    }

    /// <summary>The last entry of the wait list, which was submitted first; -1 when the list is empty.</summary>
    public static int OldestWaiting<TWords>(QueueView<TWords> queue)
        where TWords : struct, ISharedWords
    {
        int last = -1;
        int at = queue.WaitHead;
        for (int step = 0; step < queue.Capacity && queue.IsEntry(at); step++)
        {
            last = at;
            at = queue.Next(at);
        }
        return last;
    }

    /// <summary>Marks every entry that can be reached from <paramref name="head"/>.</summary>
    /// <param name="queue">The page.</param>
    /// <param name="head">Where the list begins.</param>
    /// <param name="seen">One element per entry; marked ones are set to <paramref name="list"/>.</param>
    /// <param name="list">The list's own mark, not 0.</param>
    /// <returns>False when the list meets itself or an entry that another list holds.</returns>
    public static bool Walk<TWords>(QueueView<TWords> queue, int head, Span<byte> seen, byte list)
        where TWords : struct, ISharedWords
    {
        int at = head;
        while (queue.IsEntry(at))
        {
            if (seen[at] != 0)
                return false;
            seen[at] = list;
            at = queue.Next(at);
        }
        return true;
    }

    private static void Reset<TWords>(QueueView<TWords> queue, int index)
        where TWords : struct, ISharedWords
    {
        queue.SetFlag(index, MessageFlag.Reset(queue.Flag(index)));
        queue.SetLength(index, 0);
    }
}
