using System;
using Penstock.Stack.Buffers;
using Xunit;

namespace Penstock.Stack.Tests.Buffers;

/// <summary>Arrays for rings while many flows come, stay and go.</summary>
public sealed class RingPoolTests
{
    private const int Ready = 128;
    private const int Few = 1024;

    private readonly RingPool<long> _pool = new(Ready);

    [Fact]
    public void What_a_storm_has_left_goes_at_rest()
    {
        Storm(1000, RingPool<long>.Smallest);
        Storm(100, 64);
        Storm(2, 4096);
        Assert.InRange(_pool.FreeElements, 8000 + 6400 + 8192, int.MaxValue);
        Assert.True(_pool.Trim());
        Assert.False(_pool.Trim());
        Assert.InRange(_pool.FreeElements, 0, 2 * Few);
    }

    [Fact]
    public void What_flows_have_needed_in_between_stays()
    {
        Storm(1000, RingPool<long>.Smallest);
        _pool.Trim();
        for (int i = 0; i < 20; i++)
        {
            Storm(400, RingPool<long>.Smallest);
            Assert.True(_pool.Trim());
        }
        long before = GC.GetAllocatedBytesForCurrentThread();
        long[] one = _pool.Rent(RingPool<long>.Smallest);
        _pool.Give(one);
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
        Assert.InRange(_pool.FreeElements, 400 * RingPool<long>.Smallest, 400 * RingPool<long>.Smallest + Few);
    }

    [Fact]
    public void One_flow_grows_without_the_collector_after_any_rest()
    {
        Storm(100, RingPool<long>.Smallest);
        _pool.Trim();
        _pool.Trim();
        _pool.Trim();
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int size = RingPool<long>.Smallest; size <= Ready; size *= 2)
            _pool.Give(_pool.Rent(size));
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    private void Storm(int arrays, int size)
    {
        long[][] rented = new long[arrays][];
        for (int i = 0; i < arrays; i++)
            rented[i] = _pool.Rent(size);
        foreach (long[] array in rented)
            _pool.Give(array);
    }
}
