using System;
using Penstock.Linux.Events;
using Penstock.Tests;
using Xunit;

namespace Penstock.Linux.Tests.Events;

public sealed class SignalSourceTests
{
    [Fact]
    public void ASignalArrivesAsAnEvent() => OwnThread.Run(() =>
    {
        using var source = new SignalSource(Signal.User2);
        using var epoll = new Epoll();
        var events = new EpollEvent[1];
        epoll.Add(source.Descriptor, EpollInterest.Readable, 0);
        Assert.False(source.TryTake(out _));

        Program.Run("/bin/sh", "-c", $"kill -USR2 {Environment.ProcessId}");
        while (epoll.Wait(events, -1) == 0)
        {
        }
        Assert.True(source.TryTake(out Signal signal));
        Assert.Equal(Signal.User2, signal);
        Assert.False(source.TryTake(out _));
        Assert.Equal(0, epoll.Wait(events, 0));
    });
}
