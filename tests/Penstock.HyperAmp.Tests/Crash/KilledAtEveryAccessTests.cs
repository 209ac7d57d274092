using System;
using Penstock.HyperAmp.Owners;
using Penstock.HyperAmp.Queue;
using Penstock.HyperAmp.Services;
using Xunit;

namespace Penstock.HyperAmp.Tests.Crash;

/// <summary>
/// A client dies at each and every access to shared words during a whole request, with other messages under way: the
/// survivor repairs, its own messages are answered exactly once, and nothing leaks.
/// </summary>
public sealed class KilledAtEveryAccessTests
{
    private static readonly OwnerToken Victim = new(3, 0x1111);
    private static readonly OwnerToken Survivor = new(5, 0x2222);
    private static readonly OwnerToken Service = new(7, 0x3333);

    [Theory]
    [InlineData(QueueLayout.V1, true)]
    [InlineData(QueueLayout.V2, true)]
    [InlineData(QueueLayout.V1, false)]
    [InlineData(QueueLayout.V2, false)]
    public void The_survivor_goes_on_and_nothing_leaks(QueueLayout layout, bool ours)
    {
        int points = 0;
        for (int n = 0; Die(layout, ours, n); n++)
            points++;
        Assert.InRange(points, 100, 100_000);
    }

    /// <summary>One run; false when the victim's life was long enough for everything.</summary>
    private static bool Die(QueueLayout layout, bool ours, int accesses)
    {
        byte[] page = new byte[0x1000];
        SideGeometry geometry = new(255, 0x10000);
        byte[] memory = new byte[geometry.Length];
        SharedChannel<KillWords> survivor = Channel(page, memory, layout, Survivor, null);
        QueueFormat.Initialise(survivor.Queue);
        SideView<KillWords> side = survivor.Side;
        QueueView<KillWords> queue = survivor.Queue;
        side.Initialise((uint)layout);
        queue.Mark = QueueMark.Idle;
        foreach (OwnerToken owner in (OwnerToken[])[Victim, Survivor, Service])
            side.Register(new OwnerInfo(owner.Slot, owner.Nonce, 1, OwnerKind.Client, 1));
        side.Service = ours ? Service.Slot + 1 : 0;

        // Two messages of the survivor: one handed over, one behind it on the wait list.
        int first = Submit(survivor), second = Submit(survivor);
        bool died = false;
        try
        {
            SharedChannel<KillWords> victim = Channel(page, memory, layout, Victim, new Life(accesses));
            Serve(survivor, 1);
            for (int i = 0; i < 2; i++)
            {
                int index = Submit(victim);
                Serve(survivor, 2);
                _ = victim.Enter();
                victim.Kick();
                victim.Leave();
                Serve(survivor, 2);
                _ = victim.Enter();
                if (i == 1)
                    _ = victim.TryWithdraw(index);
                victim.Return(index);
                victim.Leave();
            }
        }
        catch (KilledException)
        {
            died = true;
        }

        Assert.True(survivor.TryEnter() || survivor.TryBreakLock(), $"the lock stays held after {accesses} accesses");
        _ = survivor.Repair.RecoverDeadOwners();
        _ = survivor.Kick();
        survivor.Leave();
        for (int i = 0; i < 4; i++)
        {
            Serve(survivor, 1);
            Assert.True(survivor.TryEnter());
            _ = survivor.Kick();
            survivor.Leave();
        }
        Assert.True(MessageFlag.IsDealt(queue.Flag(first)) && MessageFlag.IsDealt(queue.Flag(second)), $"a message is lost after {accesses} accesses");
        Assert.Equal((1, 1), (s_served![first], s_served[second]));
        Assert.True(survivor.TryEnter());
        survivor.Return(first);
        survivor.Return(second);
        _ = survivor.ReclaimQuarantined();
        survivor.Leave();
        byte[] seen = new byte[queue.Capacity];
        Assert.True(QueueLists.Walk(queue, queue.EmptyHead, seen, 1));
        int missing = seen.AsSpan().IndexOf((byte)0);
        Assert.True(missing < 0, $"entry {missing} leaks after {accesses} accesses: {(missing < 0 ? "" : $"{side.Entry(missing).State}, flag {queue.Flag(missing)}")}");
        Assert.Equal(0, survivor.Allocator.CountUsed());
        return died;
    }

    [ThreadStatic]
    private static int[]? s_served;

    private static int Submit(SharedChannel<KillWords> channel)
    {
        Assert.True(channel.Enter());
        Assert.Equal(TakeStatus.Taken, channel.TryTake(100, 100, out int index, out PayloadBlock block));
        channel.Leave();
        channel.Queue.Write(index, new Message(0, 66, block.First * 64, 100));
        Assert.True(channel.Enter());
        _ = channel.Submit(index);
        channel.Leave();
        return index;
    }

    /// <summary>A service takes up to so many chains and completes them.</summary>
    private static void Serve(SharedChannel<KillWords> channel, int chains)
    {
        s_served ??= new int[255];
        Receiver<KillWords> receiver = new(channel.Queue);
        CapturedMessage[] chain = new CapturedMessage[255];
        for (int i = 0; i < chains && receiver.Look() == PageState.Chain; i++)
        {
            int count = receiver.Collect(chain);
            receiver.Unlink();
            for (int k = 0; k < count; k++)
            {
                s_served[chain[k].Index]++;
                receiver.Complete(chain[k], ServiceResult.Success);
            }
            receiver.Release();
        }
    }

    private static SharedChannel<KillWords> Channel(byte[] page, byte[] memory, QueueLayout layout, OwnerToken me, Life? life)
    {
        s_served = me == Survivor ? new int[255] : s_served;
        return new SharedChannel<KillWords>(
            new QueueView<KillWords>(new KillWords(page, life), layout),
            new SideView<KillWords>(new KillWords(memory, life), new SideGeometry(255, 0x10000)), me, new AllButTheVictim());
    }

    private sealed class AllButTheVictim : IOwnerLiveness
    {
        public bool IsAlive(int slot) => slot != Victim.Slot;
    }
}
