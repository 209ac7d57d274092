using System;
using System.Threading;
using Penstock.Tests;
using Penstock.Tunnel.Shards;
using Xunit;

namespace Penstock.Tunnel.Tests.Shards;

/// <summary>Real threads that end as soon as they have nothing to do, so that each piece of work meets one that is ending.</summary>
public sealed class BlockingWorkTests
{
    [Fact]
    public void Work_that_meets_an_ending_thread_is_done_all_the_same() => OwnThread.Run(() =>
    {
        using var work = new BlockingWork(16, TimeSpan.Zero);
        using var done = new SemaphoreSlim(0);
        for (int i = 0; i < 2_000; i++)
        {
            Assert.True(work.TryRun(() => done.Release()));
            done.Wait(); // the watchdog ends a wait in vain
            Thread.SpinWait(i % 400); // the thread is at another point of its end each time
        }
    });

    [Fact]
    public void Above_the_bound_work_is_refused() => OwnThread.Run(() =>
    {
        using var work = new BlockingWork(4, TimeSpan.FromSeconds(60));
        using var go = new ManualResetEventSlim();
        using var running = new SemaphoreSlim(0);
        void Block()
        {
            running.Release();
            go.Wait();
        }
        for (int threads = 0; threads < 2; threads++)
        {
            Assert.True(work.TryRun(Block));
            running.Wait();
        }
        for (int waiting = 0; waiting < 4; waiting++)
            Assert.True(work.TryRun(Block));
        Assert.False(work.TryRun(Block));
        Assert.Equal(4, work.Depth);
        go.Set();
        for (int rest = 0; rest < 4; rest++)
            running.Wait();
    });
}
