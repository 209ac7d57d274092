using System;
using Penstock.HyperAmp.Ring;
using Penstock.Interleaving;
using Xunit;
using Xunit.Abstractions;

namespace Penstock.HyperAmp.Tests.Interleaving;

/// <summary>Every order of the ring's accesses to shared memory; planted defects are found, ours has none.</summary>
public class RingUnderTheExplorer(ITestOutputHelper output)
{
    private Exploration Explore(string name, MemoryModel model, int producers, int each, RingLocks locks, RingDefect defect, int? preemptions)
    {
        Exploration found = Explorer.Explore(
            name,
            memory => new RingScenario(memory, producers, each, locks, defect),
            new ExplorerOptions { Model = model, Preemptions = preemptions, MemorySize = 192 });
        output.WriteLine(found.ToString());
        return found;
    }

    [Theory]
    [InlineData(MemoryModel.SequentiallyConsistent)]
    [InlineData(MemoryModel.TotalStoreOrder)]
    [InlineData(MemoryModel.WeakStores)]
    public void One_producer_and_one_consumer_need_no_lock(MemoryModel model)
    {
        Exploration found = Explore("ring, one to one, round the end", model, 1, 3, RingLocks.None, RingDefect.None, null);
        Assert.Null(found.Failure);
        Assert.True(found.Schedules > 100);
    }

    [Theory]
    [InlineData(MemoryModel.TotalStoreOrder)]
    [InlineData(MemoryModel.WeakStores)]
    public void Two_producers_under_our_lock_lose_and_repeat_nothing(MemoryModel model)
    {
        Exploration found = Explore("ring, two producers, compare-exchange", model, 2, 1, RingLocks.Ours, RingDefect.None, 2);
        Assert.Null(found.Failure);
        Assert.True(found.Schedules > 100);
    }

    [Fact]
    public void Two_producers_under_the_originals_lock_overwrite_each_other() =>
        Assert.Contains("stuck for ever: consumer", Explore("ring, two producers, naive lock", MemoryModel.SequentiallyConsistent, 2, 1, RingLocks.Naive, RingDefect.None, 3).Failure?.Reason);

    [Fact]
    public void Two_producers_without_a_lock_overwrite_each_other() =>
        Assert.Contains("stuck for ever: consumer", Explore("ring, two producers, no lock", MemoryModel.SequentiallyConsistent, 2, 1, RingLocks.None, RingDefect.None, 2).Failure?.Reason);

    [Theory]
    [InlineData(RingDefect.PublishFirst, MemoryModel.SequentiallyConsistent)]
    [InlineData(RingDefect.PlainIndex, MemoryModel.WeakStores)]
    public void A_planted_defect_is_found(RingDefect defect, MemoryModel model) =>
        Assert.Contains("received", Explore($"ring with {defect}", model, 1, 3, RingLocks.None, defect, null).Failure?.Reason);

    [Fact]
    public void Of_two_waiters_one_takes_a_dead_holders_lock_over()
    {
        Exploration found = Explorer.Explore("taking over", memory => new TakeOver(memory), new ExplorerOptions { MemorySize = 192 });
        output.WriteLine(found.ToString());
        Assert.Null(found.Failure);
    }

    private sealed class TakeOver : Scenario
    {
        public TakeOver(VirtualMemory memory)
        {
            var page = new VirtualPage(memory);
            page.WriteUInt32(4036, 1);
            page.WriteUInt32(4044, 7);
            for (int n = 0; n < 2; n++)
            {
                int place = 128 + 8 * n;
                Add($"waiter {n}", () => memory.Store(place, 8, new RingLock<VirtualPage>(new(memory)).TryTakeOver(7, 1) ? 1u : 0u));
            }
        }

        public override void Check(ReadOnlySpan<byte> memory)
        {
            if (memory[128] + memory[136] != 1)
                throw new InvalidOperationException($"{memory[128] + memory[136]} waiters took the lock over");
        }
    }
}
