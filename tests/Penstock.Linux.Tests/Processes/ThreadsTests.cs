using System;
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
    public void APinnedThreadStaysOnItsProcessor() => OwnThread.Run(() =>
    {
        int processor = Processors.Allowed()[^1];
        Assert.True(Threads.PinTo(processor).IsSuccess);
        Assert.Equal([processor], Processors.Allowed());
        Assert.Equal(Errno.EINVAL, Threads.PinTo(8000).Errno);
        Assert.Equal(Errno.EINVAL, Threads.PinTo(-1).Errno);
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
