using System;
using System.Collections.Generic;
using Penstock.Tunnel.Shards;
using Penstock.Tunnel.Uplinks;
using Xunit;

namespace Penstock.Tunnel.Tests.Shards;

/// <summary>How many calls a shard makes before it turns to its other flows.</summary>
public sealed class LaterCallsTests
{
    private readonly List<int> _called = [];
    private readonly LaterCalls _later;
    private long _now = 1_000_000;

    public LaterCallsTests() => _later = new LaterCalls(() => _now);

    [Fact]
    public void Quick_calls_are_all_made_in_one_turn()
    {
        for (int i = 0; i < 1000; i++)
            Add(i, microseconds: 1);
        _later.Run();
        Assert.Equal(1000, _called.Count);
        Assert.Equal(0, _later.Count);
    }

    [Fact]
    public void Calls_that_give_the_processor_away_leave_the_turn_to_others()
    {
        for (int i = 0; i < 36; i++)
            Add(i, microseconds: 15_000);
        for (int turn = 1; turn <= 36; turn++)
        {
            long began = _now;
            _later.Run();
            Assert.Equal(turn, _called.Count);
            Assert.InRange(_now - began, 1, LaterCalls.Turn + 15_000);
        }
        for (int i = 0; i < 36; i++)
            Assert.Equal(i, _called[i]);
        _later.Run();
        Assert.Equal(36, _called.Count);
    }

    [Fact]
    public void A_call_that_asks_for_another_gets_it_in_the_next_turn()
    {
        _later.Add(new Call(() => Add(1, microseconds: 1)));
        _later.Run();
        Assert.Empty(_called);
        Assert.Equal(1, _later.Count);
        _later.Run();
        Assert.Equal([1], _called);
    }

    private void Add(int number, int microseconds) => _later.Add(new Call(() =>
    {
        _called.Add(number);
        _now += microseconds;
    }));

    private sealed class Call(Action body) : IResumable
    {
        public void Continue() => body();
    }
}
