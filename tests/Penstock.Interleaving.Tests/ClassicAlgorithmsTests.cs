using System;
using Xunit;
using Xunit.Abstractions;

namespace Penstock.Interleaving.Tests;

/// <summary>The explorer on algorithms whose answer is known: what it must find, and where it must find nothing.</summary>
public class ClassicAlgorithmsTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData(MemoryModel.SequentiallyConsistent, false, false)]
    [InlineData(MemoryModel.TotalStoreOrder, false, true)]
    [InlineData(MemoryModel.TotalStoreOrder, true, false)]
    [InlineData(MemoryModel.WeakStores, true, false)]
    public void Dekkers_entry_needs_a_full_fence_as_soon_as_stores_are_buffered(MemoryModel model, bool fence, bool broken)
    {
        Exploration found = Explore("Dekker's entry", m => new Dekker(m, fence), model);
        Assert.Equal(broken, found.Failure is not null);
    }

    [Theory]
    [InlineData(MemoryModel.TotalStoreOrder, false, false)]
    [InlineData(MemoryModel.WeakStores, false, true)]
    [InlineData(MemoryModel.WeakStores, true, false)]
    public void A_published_flag_needs_a_release_where_stores_overtake_each_other(MemoryModel model, bool release, bool broken)
    {
        Exploration found = Explore("publication", m => new Publication(m, release), model);
        Assert.Equal(broken, found.Failure is not null);
    }

    [Fact]
    public void A_lock_made_of_read_write_and_read_back_is_found_to_be_none()
    {
        Exploration found = Explore("read, write, read back", m => new Counting(m, naive: true), MemoryModel.SequentiallyConsistent);
        Assert.Contains("2 increments", found.Failure?.Reason);
    }

    [Fact]
    public void A_lock_made_of_compare_exchange_is_found_to_be_one()
    {
        Exploration found = Explore("compare-exchange lock", m => new Counting(m, naive: false), MemoryModel.WeakStores);
        Assert.Null(found.Failure);
        Assert.True(found.Schedules > 10);
    }

    [Fact]
    public void Two_actors_of_three_steps_have_twenty_schedules()
    {
        Exploration found = Explore("two times three loads", m => new Loads(m, 2, 3), MemoryModel.SequentiallyConsistent);
        Assert.Equal(20, found.Schedules);
    }

    [Theory]
    [InlineData(0, 6)]
    [InlineData(1, 24)]
    public void Preemptions_bound_the_schedules_of_three_actors(int preemptions, int schedules)
    {
        // Without a preemption: 3! orders. With one in the first actor: 3 x 2 to whom, then 2 orders for the rest; with
        // one in the second actor: 3 x 2 orders, and only one way on.
        Exploration found = Explorer.Explore("three times two loads", m => new Loads(m, 3, 2),
            new ExplorerOptions { Model = MemoryModel.SequentiallyConsistent, Preemptions = preemptions });
        output.WriteLine(found.ToString());
        Assert.Equal(schedules, found.Schedules);
    }

    [Fact]
    public void A_failing_schedule_replays()
    {
        ExplorerOptions options = new() { Model = MemoryModel.TotalStoreOrder };
        Exploration found = Explorer.Explore("Dekker's entry", m => new Dekker(m, fence: false), options);
        Assert.NotNull(found.Failure);
        Failure? again = Explorer.Replay("again", m => new Dekker(m, fence: false), options, found.Failure.Schedule);
        Assert.Equal(found.Failure.Reason, again?.Reason);
        Assert.Equal(found.Failure.Lines, again?.Lines);
    }

    [Fact]
    public void An_actor_that_may_die_leaves_its_lock_taken()
    {
        Exploration found = Explore("lock with a mortal", m => new Counting(m, naive: false, mayDie: true), MemoryModel.SequentiallyConsistent);
        Assert.StartsWith("stuck for ever: second at Pause", found.Failure?.Reason);
    }

    [Fact]
    public void A_futex_wait_between_the_check_and_the_wake_is_not_slept_through()
    {
        Exploration found = Explore("futex", m => new Futex(m), MemoryModel.WeakStores);
        Assert.Null(found.Failure);
    }

    private Exploration Explore(string name, Func<VirtualMemory, Scenario> build, MemoryModel model)
    {
        Exploration found = Explorer.Explore(name, build, new ExplorerOptions { Model = model, MemorySize = 32 });
        output.WriteLine(found.ToString());
        return found;
    }

    private sealed class Dekker : Scenario
    {
        private int _inside;

        public Dekker(VirtualMemory m, bool fence)
        {
            Add("left", () => Enter(m, 0, 8, fence));
            Add("right", () => Enter(m, 8, 0, fence));
        }

        public override void Check(ReadOnlySpan<byte> memory)
        {
            if (_inside > 1)
                throw new InvalidOperationException("both entered");
        }

        private void Enter(VirtualMemory m, int mine, int theirs, bool fence)
        {
            m.StoreRelease(mine, 8, 1);
            if (fence)
                m.FullFence();
            if (m.Load(theirs, 8) == 0)
                _inside++;
        }
    }

    private sealed class Publication : Scenario
    {
        public Publication(VirtualMemory m, bool release)
        {
            Add("writer", () =>
            {
                m.Store(0, 4, 42);
                if (release)
                    m.StoreRelease(8, 4, 1);
                else
                    m.Store(8, 4, 1);
            });
            Add("reader", () =>
            {
                while (m.Load(8, 4) == 0)
                    m.Pause();
                if (m.Load(0, 4) != 42)
                    throw new InvalidOperationException("the flag is up and the data is not there");
            });
        }

        public override void Check(ReadOnlySpan<byte> memory)
        {
        }
    }

    private sealed class Counting : Scenario
    {
        public Counting(VirtualMemory m, bool naive, bool mayDie = false)
        {
            Add("first", () => Count(m, naive, 1), mayDie);
            Add("second", () => Count(m, naive, 2));
        }

        public override void Check(ReadOnlySpan<byte> memory)
        {
            if (memory[8] != 2)
                throw new InvalidOperationException($"2 increments counted {memory[8]}");
        }

        private static void Count(VirtualMemory m, bool naive, ulong me)
        {
            while (!(naive ? TryNaively(m, me) : m.CompareExchange(0, 1, me, 0) == 0))
                m.Pause();
            m.Store(8, 1, m.Load(8, 1) + 1);
            m.StoreRelease(0, 1, 0);
        }

        private static bool TryNaively(VirtualMemory m, ulong me)
        {
            if (m.Load(0, 1) != 0)
                return false;
            m.Store(0, 1, 1);
            return m.Load(0, 1) == 1 && me > 0;
        }
    }

    private sealed class Loads : Scenario
    {
        public Loads(VirtualMemory m, int actors, int each)
        {
            for (int i = 0; i < actors; i++)
            {
                Add($"actor {i}", () =>
                {
                    for (int n = 0; n < each; n++)
                        m.Load(0, 1);
                });
            }
        }

        public override void Check(ReadOnlySpan<byte> memory)
        {
        }
    }

    private sealed class Futex : Scenario
    {
        public Futex(VirtualMemory m)
        {
            Add("sleeper", () =>
            {
                while (m.Load(0, 4) == 0)
                    m.FutexWait(0, 0);
            });
            Add("waker", () =>
            {
                m.StoreRelease(0, 4, 1);
                m.FutexWake(0);
            });
        }

        public override void Check(ReadOnlySpan<byte> memory)
        {
        }
    }
}
