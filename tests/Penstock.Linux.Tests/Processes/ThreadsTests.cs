using System;
using System.Collections.Generic;
using System.IO;
using Penstock.Linux.Processes;
using Penstock.Tests;
using Xunit;

namespace Penstock.Linux.Tests.Processes;

public sealed class ThreadsTests
{
    [Fact]
    public void AThreadsNameIsSeenFromOutside() => OwnThread.Run(() =>
    {
        Threads.SetName("shard-0-with-a-long-name");
        Assert.Equal("shard-0-with-a-\n", File.ReadAllText("/proc/thread-self/comm"));
    });

    [Fact]
    public void APinnedThreadStaysOnItsProcessorUntilItIsReleased() => OwnThread.Run(() =>
    {
        IReadOnlyList<int> allowed = Processors.Allowed();
        var pin = new ProcessorPin();
        Assert.True(pin.Hold(allowed.Count - 1).IsSuccess);
        Assert.True(pin.IsHeld);
        Assert.Equal([allowed[^1]], Processors.Allowed());
        Assert.True(pin.Release().IsSuccess);
        Assert.False(pin.IsHeld);
        Assert.Equal(allowed, Processors.Allowed());
    });

    [Fact]
    public void WhomNobodyBoundIsBoundByNobodyAfterARelease() => OwnThread.Run(() =>
    {
        var mask = new ProcessorMask();
        Assert.True(mask.ReadBinding().IsSuccess);
        int before = mask.Count;
        var pin = new ProcessorPin();
        Assert.True(pin.Hold(0).IsSuccess);
        if (Environment.ProcessorCount > 1)
        {
            Assert.True(mask.ReadBinding().IsSuccess);
            Assert.Equal(1, mask.Count);
        }
        Assert.True(pin.Release().IsSuccess);
        Assert.True(mask.ReadBinding().IsSuccess);
        Assert.Equal(before, mask.Count);
    });

    [Fact]
    public void BeyondTheLastProcessorTheOrdinalBeginsAgain() => OwnThread.Run(() =>
    {
        IReadOnlyList<int> allowed = Processors.Allowed();
        var pin = new ProcessorPin();
        Assert.True(pin.Hold(2 * allowed.Count).IsSuccess);
        Assert.Equal([allowed[0]], Processors.Allowed());
    });

    [Fact]
    public void TheLimitOfOpenFilesIsReadAndSet()
    {
        (long soft, long hard) = ResourceLimits.OpenFiles;
        Assert.InRange(soft, 1, hard);
        Assert.True(ResourceLimits.SetOpenFiles(soft - 1).IsSuccess);
        Assert.Equal((soft - 1, hard), ResourceLimits.OpenFiles);
        Assert.True(ResourceLimits.SetOpenFiles(soft).IsSuccess);
    }

    [Fact]
    public void TheClockDoesNotGoBack()
    {
        long before = MonotonicClock.Microseconds;
        long uptime = (long)(double.Parse(File.ReadAllText("/proc/uptime").Split(' ')[0], System.Globalization.CultureInfo.InvariantCulture) * 1e6);
        Assert.InRange(MonotonicClock.Microseconds, before, long.MaxValue);
        Assert.True(Math.Abs(before - uptime) < 10_000_000, $"{before} against an uptime of {uptime}");
    }
}
