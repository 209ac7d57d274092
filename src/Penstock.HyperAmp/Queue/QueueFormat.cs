using Penstock.HyperAmp.Regions;

namespace Penstock.HyperAmp.Queue;

/// <summary>Makes a queue page, and tells what lies in one.</summary>
public static class QueueFormat
{
    /// <summary>Initialises a page as every peer does: all entries on the free list, size written last.</summary>
    /// <remarks>The working mark and the messages inside the entries stay as they are (contract 2.1).</remarks>
    public static void Initialise<TWords>(QueueView<TWords> queue)
        where TWords : struct, ISharedWords
    {
        int end = queue.Capacity;
        for (int i = 0; i < end; i++)
        {
            queue.SetCur(i, i);
            queue.SetNext(i, i + 1);
        }
        queue.EmptyHead = 0;
        queue.WaitHead = end;
        queue.ProcHead = end;
        queue.ResetLock();
        queue.StatedSize = (ushort)end;
    }

    /// <summary>The layout whose own indices the page carries in every entry, or null.</summary>
    /// <remarks>
    /// Entries of the two layouts are shifted by four bytes, so a page that was initialised once is never both. One that was
    /// initialised in one layout over the other carries both; then the lock byte tells, which in V1 is the flag of the
    /// first entry and never has the lock's values once that entry was taken.
    /// </remarks>
    public static QueueLayout? Detect<TWords>(TWords words)
        where TWords : struct, ISharedWords
    {
        bool first = Carries(words, QueueLayout.V1);
        bool second = Carries(words, QueueLayout.V2);
        if (first && second)
            return HasLockByte(words) ? QueueLayout.V2 : QueueLayout.V1;
        return second ? QueueLayout.V2 : first ? QueueLayout.V1 : null;
    }

    /// <summary>True when the byte behind the heads has one of the two values of V2's lock.</summary>
    public static bool HasLockByte<TWords>(TWords words)
        where TWords : struct, ISharedWords => words.ReadByte(12) is 0x0A or 0x0F;

    /// <summary>True when every entry of the page, read in this layout, carries its own index.</summary>
    public static bool Carries<TWords>(TWords words, QueueLayout layout)
        where TWords : struct, ISharedWords
    {
        int capacity = QueueView<TWords>.CapacityOf(words.Length, layout);
        if (capacity == 0)
            return false;
        QueueView<TWords> queue = new(words, layout);
        return queue.StatedSize == capacity && Carries(queue);
    }

    /// <summary>True when every entry carries its own index.</summary>
    public static bool Carries<TWords>(QueueView<TWords> queue)
        where TWords : struct, ISharedWords
    {
        for (int i = 0; i < queue.Capacity; i++)
        {
            if (queue.Cur(i) != i)
                return false;
        }
        return true;
    }

    /// <summary>True when nobody has ever initialised the page: everything behind the mark is zero.</summary>
    public static bool IsBlank<TWords>(TWords words)
        where TWords : struct, ISharedWords
    {
        for (int i = 4; i + 4 <= words.Length; i += 4)
        {
            if (words.ReadUInt32(i) != 0)
                return false;
        }
        return true;
    }
}
