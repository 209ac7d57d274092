using System;
using System.Threading;
using Penstock.Linux.Events;
using Penstock.Tunnel;

namespace Penstock.Cli.Running;

/// <summary>Sleeps until a signal asks for something or the tunnel ends by itself.</summary>
internal sealed class Watch(TunnelRuntime runtime, SignalSource signals)
{
    /// <summary>Returns when the tunnel is to be stopped.</summary>
    /// <param name="report">Called for each SIGUSR1.</param>
    /// <param name="reload">Called for each SIGHUP, once for several that came together.</param>
    public void UntilTheEnd(Action report, Action reload)
    {
        using var ended = new EventFd();
        using var epoll = new Epoll();
        epoll.Add(signals.Descriptor, EpollInterest.Readable, 0);
        epoll.Add(ended.Descriptor, EpollInterest.Readable, 1);
        var waiter = new Thread(() =>
        {
            runtime.Wait();
            ended.Signal();
        }, maxStackSize: 128 * 1024)
        {
            IsBackground = true,
            Name = "tunnel-end",
        };
        waiter.Start();

        Span<EpollEvent> events = stackalloc EpollEvent[2];
        bool isOver = false;
        while (!isOver)
        {
            for (int count = epoll.Wait(events, -1); count > 0; count--)
                isOver |= events[count - 1].Token == 1;
            bool isStale = false;
            while (signals.TryTake(out Signal signal))
            {
                if (signal == Signal.User1)
                    report();
                else if (signal == Signal.HangUp)
                    isStale = true;
                else
                    isOver = true;
            }
            if (isStale && !isOver)
                reload();
        }
        // The waiter rings once more when the tunnel stops: the bell must outlive it.
        runtime.Stop();
        waiter.Join();
    }
}
