using Penstock.Tunnel.Shards;
using Xunit;

namespace Penstock.Tunnel.Tests.Shards;

/// <summary>When a shard lets datagrams gather, as its wake-ups and what it handles in them come.</summary>
public sealed class WakeUpModerationTests
{
    private const long Apart = 1000;

    private readonly WakeUpModeration _moderation = new();
    private long _now = 1_000_000;
    private long _datagrams;
    private long _segments;

    [Fact]
    public void Bursts_that_wake_again_and_again_are_gathered_after_a_few()
    {
        int bursts = 0;
        while (!Burst(wakeUps: 4, datagrams: 50))
            Assert.True(++bursts < 10);
        Assert.InRange(bursts, 2, 9);
        for (int i = 0; i < 100; i++)
            Assert.True(Burst(wakeUps: 1, datagrams: 200));
    }

    [Fact]
    public void A_steady_stream_that_outruns_its_wake_ups_is_gathered()
    {
        bool gathers = false;
        for (int i = 0; i < 100 && !gathers; i++)
            gathers = Wake(after: 20, datagrams: 5);
        Assert.True(gathers);
    }

    [Fact]
    public void A_question_and_its_answer_never_wait()
    {
        for (int i = 0; i < 1000; i++)
            Assert.False(Burst(wakeUps: 2, datagrams: 1));
    }

    [Fact]
    public void Bursts_that_one_wake_up_takes_are_left_alone()
    {
        for (int i = 0; i < 1000; i++)
            Assert.False(Burst(wakeUps: 1, datagrams: 200));
    }

    [Fact]
    public void Bursts_with_a_rest_between_them_are_left_alone()
    {
        for (int i = 0; i < 1000; i++)
            Assert.False(Burst(wakeUps: 4, datagrams: 10));
    }

    [Fact]
    public void It_ends_soon_after_rests_come_between()
    {
        Begin();
        int waits = 0;
        while (Burst(wakeUps: 1, datagrams: 40))
            Assert.True(++waits <= 8);
    }

    [Fact]
    public void It_ends_soon_after_little_gathers()
    {
        Begin();
        int waits = 0;
        while (Burst(wakeUps: 1, datagrams: 1))
            Assert.True(++waits <= 8);
        Assert.False(Burst(wakeUps: 2, datagrams: 1));
    }

    [Fact]
    public void Text_of_TCP_ends_it_at_once()
    {
        Begin();
        Burst(wakeUps: 1, datagrams: 200);
        _segments++;
        Assert.False(Burst(wakeUps: 1, datagrams: 200));
    }

    private void Begin()
    {
        for (int i = 0; i < 20; i++)
            Burst(wakeUps: 4, datagrams: 50);
    }

    /// <summary>A burst some time after the last one; true when its first wake-up gathers, which then is the only one.</summary>
    private bool Burst(int wakeUps, int datagrams)
    {
        if (Wake(Apart, datagrams))
        {
            _datagrams += (wakeUps - 1) * datagrams;
            return true;
        }
        for (int i = 1; i < wakeUps; i++)
            Assert.False(Wake(after: 5, datagrams));
        return false;
    }

    private bool Wake(long after, int datagrams)
    {
        _now += after;
        bool gathers = _moderation.Gathers(_now, _datagrams, _segments);
        _datagrams += datagrams;
        return gathers;
    }
}
