using System.Collections.Generic;
using FsCheck;
using FsCheck.Fluent;
using Penstock.HyperAmp.Queue;
using Penstock.HyperAmp.Tests.Regions;
using Xunit;

namespace Penstock.HyperAmp.Tests.Queue;

/// <summary>The lists of a page against plain lists, over sequences of operations that FsCheck finds and shrinks.</summary>
public sealed class QueueListsAgainstAModel
{
    private const int Entries = 7;

    [Fact]
    public void Version_1_behaves_as_the_model() => Check.QuickThrowOnFailure(Prop.ForAll<int[]>(steps => Behaves(QueueLayout.V1, steps)));

    [Fact]
    public void Version_2_behaves_as_the_model() => Check.QuickThrowOnFailure(Prop.ForAll<int[]>(steps => Behaves(QueueLayout.V2, steps)));

    [Fact]
    public void The_receiver_gets_what_was_submitted_oldest_first() => Check.QuickThrowOnFailure(Prop.ForAll<int[]>(IsServedInOrder));

    private static bool Behaves(QueueLayout layout, int[] steps)
    {
        QueueView<ArrayWords> queue = New(layout);
        List<int> free = [], waiting = [], held = [];
        for (int i = 0; i < queue.Capacity; i++)
            free.Add(i);
        foreach (int step in steps)
        {
            int number = (int)((uint)step / 5);
            switch ((uint)step % 5)
            {
                case 0:
                    int taken = QueueLists.PopEmpty(queue);
                    if (taken != (free.Count == 0 ? -1 : free[0]))
                        return false;
                    if (taken >= 0)
                    {
                        free.RemoveAt(0);
                        held.Add(taken);
                    }
                    break;
                case 1 when held.Count > 0:
                    QueueLists.PushWait(queue, held[number % held.Count]);
                    waiting.Insert(0, held[number % held.Count]);
                    held.Remove(waiting[0]);
                    break;
                case 2 when held.Count > 0:
                    QueueLists.PushEmpty(queue, held[number % held.Count]);
                    free.Insert(0, held[number % held.Count]);
                    held.Remove(free[0]);
                    break;
                case 3:
                    int index = number % queue.Capacity;
                    bool isWaiting = waiting.Remove(index);
                    if (QueueLists.RemoveWait(queue, index) != isWaiting)
                        return false;
                    if (isWaiting)
                        held.Add(index);
                    break;
                case 4 when QueueLists.OldestWaiting(queue) != (waiting.Count == 0 ? -1 : waiting[^1]):
                    return false;
            }
        }
        return Matches(queue, queue.EmptyHead, free) && Matches(queue, queue.WaitHead, waiting);
    }

    private static bool IsServedInOrder(int[] steps)
    {
        QueueView<ArrayWords> queue = New(QueueLayout.V2);
        List<int> submitted = [];
        foreach (int _ in steps)
        {
            int index = QueueLists.PopEmpty(queue);
            if (index < 0)
                break;
            QueueLists.PushWait(queue, index);
            submitted.Add(index);
        }
        queue.ProcHead = queue.WaitHead;
        CapturedMessage[] chain = new CapturedMessage[Entries];
        int count = new Receiver<ArrayWords>(queue).Collect(chain);
        bool isSame = count == submitted.Count;
        for (int i = 0; isSame && i < count; i++)
            isSame = chain[i].Index == submitted[i];
        return isSame;
    }

    private static bool Matches(QueueView<ArrayWords> queue, int head, List<int> model)
    {
        int at = head;
        foreach (int expected in model)
        {
            if (at != expected)
                return false;
            at = queue.Next(at);
        }
        return !queue.IsEntry(at);
    }

    private static QueueView<ArrayWords> New(QueueLayout layout)
    {
        int header = layout == QueueLayout.V1 ? 12 : 16;
        QueueView<ArrayWords> queue = new(new ArrayWords(new byte[header + (Entries * 16)]), layout);
        QueueFormat.Initialise(queue);
        return queue;
    }
}
