using System.Collections.Generic;
using Penstock.Stack.Buffers;
using Xunit;

namespace Penstock.Stack.Tests.Buffers;

/// <summary>Pools that take from the budget in advance: the limit holds to the byte, and nothing stays behind.</summary>
public sealed class AdvanceTests
{
    private const int Small = 512;
    private const int Buffers = 64;
    private const int Advance = 8 * Small;
    private readonly MemoryBudget _budget = new(Buffers * Small);

    [Fact]
    public void The_budget_is_touched_once_for_many_buffers()
    {
        BufferPool pool = NewPool();
        Rent(pool, 1);
        long taken = _budget.Used;
        Rent(pool, Advance / Small);
        Assert.Equal((Small + Advance, taken), (taken, _budget.Used));
    }

    [Fact]
    public void The_last_byte_of_the_limit_can_be_rented_and_no_more()
    {
        BufferPool pool = NewPool();
        List<Lease> all = Rent(pool, Buffers);
        Assert.Equal(_budget.Limit, _budget.Used);
        Assert.False(pool.TryRent(Small, out _));
        pool.RentAlways(Small).Release();
        all[0].Release();
        Assert.True(pool.TryRent(Small, out _));
    }

    [Fact]
    public void What_one_has_in_advance_is_little_and_what_is_given_back_is_everybody_s()
    {
        BufferPool first = NewPool(), second = NewPool();
        foreach (Lease lease in Rent(first, Buffers))
            lease.Release();
        Assert.InRange(_budget.Used, 0, 2 * Advance);
        List<Lease> all = Rent(second, Buffers - (2 * Advance / Small));
        Assert.False(_budget.Used > _budget.Limit);
        first.Trim();
        all.AddRange(Rent(second, Buffers - all.Count));
        foreach (Lease lease in all)
            lease.Release();
        second.Trim();
        Assert.Equal(0, _budget.Used);
    }

    [Fact]
    public void An_advance_is_a_small_part_of_the_limit()
    {
        Assert.Equal(Buffers * Small / 64, _budget.AdvanceOf(2));
        Assert.Equal(256 * 1024, new MemoryBudget(1L << 40).AdvanceOf(64));
    }

    private static List<Lease> Rent(BufferPool pool, int count)
    {
        List<Lease> leases = [];
        for (int i = 0; i < count; i++)
        {
            Assert.True(pool.TryRent(Small, out Lease lease), $"buffer {i}");
            leases.Add(lease);
        }
        return leases;
    }

    private BufferPool NewPool() => new(new HeapMemory(), _budget, exchange: null, Advance);
}
