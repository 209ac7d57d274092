using System.Threading;
using Penstock.Tests;
using Penstock.Tunnel.Shards;
using Penstock.Wire.Ip;
using Xunit;

namespace Penstock.Tunnel.Tests.Shards;

/// <summary>Who owns which flow, while storms of flows come and go.</summary>
public sealed class FlowDirectoryTests
{
    private const int Storm = 15_000;

    private readonly FlowDirectory _directory = new();

    [Fact]
    public void The_first_to_claim_a_flow_owns_it_until_it_is_released()
    {
        Assert.Equal(-1, _directory.Find(Flow(1)));
        Assert.Equal(3, _directory.Claim(Flow(1), 3));
        Assert.Equal(3, _directory.Claim(Flow(1), 4));
        Assert.Equal(3, _directory.Find(Flow(1)));
        Assert.Equal(1, _directory.Count);
        _directory.Release(Flow(1));
        _directory.Release(Flow(1));
        Assert.Equal(0, _directory.Count);
        Assert.Equal(4, _directory.Claim(Flow(1), 4));
    }

    [Fact]
    public void A_trim_after_a_storm_keeps_whoever_is_left()
    {
        for (int i = 0; i < Storm; i++)
            _directory.Claim(Flow(i), i % 7);
        Assert.False(_directory.Trim());
        for (int i = 100; i < Storm; i++)
            _directory.Release(Flow(i));
        Assert.True(_directory.Trim());
        Assert.False(_directory.Trim());
        Assert.Equal(100, _directory.Count);
        for (int i = 0; i < 200; i++)
            Assert.Equal(i < 100 ? i % 7 : -1, _directory.Find(Flow(i)));
    }

    [Fact]
    public void Few_flows_are_not_worth_a_trim()
    {
        for (int i = 0; i < 500; i++)
            _directory.Claim(Flow(i), 0);
        Assert.False(_directory.Trim());
        for (int i = 0; i < 500; i++)
            _directory.Release(Flow(i));
        Assert.False(_directory.Trim());
    }

    [Fact]
    public void No_claim_and_no_release_is_lost_while_it_is_trimmed() => OwnThread.Run(() =>
    {
        const int Shards = 4, Rounds = 12, Flows = 2000;
        using Barrier barrier = new(Shards + 1);
        int wrong = 0;
        int running = Shards;
        Thread[] threads = new Thread[Shards];
        for (int shard = 0; shard < Shards; shard++)
        {
            int self = shard;
            threads[shard] = new Thread(() =>
            {
                barrier.SignalAndWait();
                _directory.Claim(Flow(-1 - self), self);
                for (int round = 0; round < Rounds; round++)
                {
                    for (int i = 0; i < Flows; i++)
                    {
                        if (_directory.Claim(Flow(self * Flows + i), self) != self || _directory.Find(Flow(-1 - self)) != self)
                            Interlocked.Increment(ref wrong);
                    }
                    for (int i = 0; i < Flows; i++)
                    {
                        if (_directory.Find(Flow(self * Flows + i)) != self)
                            Interlocked.Increment(ref wrong);
                        _directory.Release(Flow(self * Flows + i));
                        if (_directory.Find(Flow(self * Flows + i)) != -1)
                            Interlocked.Increment(ref wrong);
                    }
                }
                Interlocked.Decrement(ref running);
            })
            {
                IsBackground = true,
            };
            threads[shard].Start();
        }
        barrier.SignalAndWait();
        while (Volatile.Read(ref running) > 0)
            _directory.Trim();
        foreach (Thread thread in threads)
            thread.Join();
        Assert.Equal(0, wrong);
        Assert.Equal(Shards, _directory.Count);
    });

    private static FlowKey Flow(int number) =>
        new(new InetEndpoint(InetAddress.FromV4(0x0a000000), (ushort)number), new InetEndpoint(InetAddress.FromV4((uint)number), 443));
}
