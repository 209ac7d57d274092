using Penstock.Tunnel.Shards;
using Xunit;

namespace Penstock.Tunnel.Tests.Shards;

/// <summary>When a shard counts as one that works without a rest.</summary>
public sealed class OccupancyTests
{
    private readonly Occupancy _occupancy = new();
    private long _now = 1_000_000;

    public OccupancyTests() => Assert.False(_occupancy.Look(_now));

    [Fact]
    public void Two_spans_almost_without_sleep_make_it_busy()
    {
        Passes(asleep: Occupancy.Span / 50);
        Assert.False(_occupancy.IsBusy);
        Passes(asleep: Occupancy.Span / 9);
        Assert.True(_occupancy.IsBusy);
    }

    [Fact]
    public void A_rest_between_them_begins_the_count_again()
    {
        for (int i = 0; i < 10; i++)
        {
            Passes(asleep: 0);
            Passes(asleep: Occupancy.Span / 5);
            Assert.False(_occupancy.IsBusy);
        }
    }

    [Fact]
    public void It_stays_busy_until_it_sleeps_more_than_it_works()
    {
        Passes(asleep: 0);
        Passes(asleep: 0);
        Passes(asleep: Occupancy.Span / 2);
        Assert.True(_occupancy.IsBusy);
        Passes(asleep: Occupancy.Span / 2 + 1);
        Assert.False(_occupancy.IsBusy);
        Passes(asleep: 0);
        Assert.False(_occupancy.IsBusy);
    }

    [Fact]
    public void A_long_sleep_ends_it_at_the_next_look()
    {
        Passes(asleep: 0);
        Passes(asleep: 0);
        _occupancy.Slept(60_000_000);
        _now += 60_000_010;
        Assert.True(_occupancy.Look(_now));
        Assert.False(_occupancy.IsBusy);
    }

    [Fact]
    public void Only_a_busy_one_looks_back_in_its_sleep()
    {
        Assert.Equal(long.MaxValue, _occupancy.NextLook);
        Passes(asleep: 0);
        Assert.Equal(long.MaxValue, _occupancy.NextLook);
        Passes(asleep: 0);
        Assert.Equal(_now + Occupancy.Span, _occupancy.NextLook);
        Passes(asleep: Occupancy.Span);
        Assert.Equal(long.MaxValue, _occupancy.NextLook);
    }

    [Fact]
    public void It_looks_back_once_a_span()
    {
        Assert.False(_occupancy.Look(_now + Occupancy.Span - 1));
        Assert.True(_occupancy.Look(_now + Occupancy.Span));
        Assert.False(_occupancy.Look(_now + Occupancy.Span));
    }

    private void Passes(long asleep)
    {
        _occupancy.Slept(asleep);
        _now += Occupancy.Span;
        Assert.True(_occupancy.Look(_now));
    }
}
