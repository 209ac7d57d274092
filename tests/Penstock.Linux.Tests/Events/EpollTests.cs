using System;
using Penstock.Linux.Events;
using Xunit;

namespace Penstock.Linux.Tests.Events;

public sealed class EpollTests
{
    private readonly EpollEvent[] _events = new EpollEvent[8];

    [Fact]
    public void TellsWhatIsReadyWithItsToken()
    {
        using var epoll = new Epoll();
        using var first = new EventFd();
        using var second = new EventFd();
        epoll.Add(first.Descriptor, EpollInterest.Readable, 0x1122334455667788);
        epoll.Add(second.Descriptor, EpollInterest.Readable, ulong.MaxValue);
        Assert.Equal(0, epoll.Wait(_events, 0));

        second.Signal();
        Assert.Equal(1, epoll.Wait(_events, -1));
        Assert.Equal(new EpollEvent(ulong.MaxValue, EpollReady.Readable), _events[0]);

        first.Signal();
        Assert.Equal(2, epoll.Wait(_events, -1));
        Assert.Contains(new EpollEvent(0x1122334455667788, EpollReady.Readable), _events[..2]);
    }

    [Fact]
    public void SignalsAddUpAndOneDrainSilences()
    {
        using var epoll = new Epoll();
        using var bell = new EventFd();
        epoll.Add(bell.Descriptor, EpollInterest.Readable, 1);
        for (int i = 0; i < 100; i++)
            bell.Signal();
        Assert.Equal(1, epoll.Wait(_events, -1));
        bell.Drain();
        Assert.Equal(0, epoll.Wait(_events, 0));
        bell.Drain();
        Assert.Equal(0, epoll.Wait(_events, 0));
    }

    [Fact]
    public void EdgeTriggeredTellsOnce()
    {
        using var epoll = new Epoll();
        using var bell = new EventFd();
        epoll.Add(bell.Descriptor, EpollInterest.Readable | EpollInterest.EdgeTriggered, 1);
        bell.Signal();
        Assert.Equal(1, epoll.Wait(_events, -1));
        Assert.Equal(0, epoll.Wait(_events, 0));
        bell.Signal();
        Assert.Equal(1, epoll.Wait(_events, -1));
    }

    [Fact]
    public void OneShotWaitsToBeRearmed()
    {
        using var epoll = new Epoll();
        using var bell = new EventFd();
        epoll.Add(bell.Descriptor, EpollInterest.Readable | EpollInterest.OneShot, 1);
        bell.Signal();
        Assert.Equal(1, epoll.Wait(_events, -1));
        Assert.Equal(0, epoll.Wait(_events, 0));
        epoll.Modify(bell.Descriptor, EpollInterest.Readable, 2);
        Assert.Equal(1, epoll.Wait(_events, -1));
        Assert.Equal(2ul, _events[0].Token);
    }

    [Fact]
    public void TimeoutsBelowAMillisecondAreNotRoundedToNothingOrForEver()
    {
        using var epoll = new Epoll();
        long before = MonotonicClock.Microseconds;
        Assert.Equal(0, epoll.Wait(_events, 300));
        Assert.True(MonotonicClock.Microseconds - before >= 300);
    }

    [Fact]
    public void RemovedDescriptorsAreSilent()
    {
        using var epoll = new Epoll();
        using var bell = new EventFd();
        epoll.Add(bell.Descriptor, EpollInterest.Readable, 1);
        bell.Signal();
        epoll.Remove(bell.Descriptor);
        epoll.Remove(bell.Descriptor);
        Assert.Equal(0, epoll.Wait(_events, 0));
    }

    [Fact]
    public void MisuseThrowsWithTheErrorsName()
    {
        using var epoll = new Epoll();
        using var bell = new EventFd();
        epoll.Add(bell.Descriptor, EpollInterest.Readable, 1);
        SysException exception = Assert.Throws<SysException>(() => epoll.Add(bell.Descriptor, EpollInterest.Readable, 1));
        Assert.Equal(Errno.EEXIST, exception.Errno);
        Assert.Contains("EEXIST", exception.Message, StringComparison.Ordinal);
    }
}
