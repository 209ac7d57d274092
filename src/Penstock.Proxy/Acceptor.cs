using System;
using System.Collections.Generic;
using Penstock.Linux;
using Penstock.Linux.Events;
using Penstock.Linux.Sockets;

namespace Penstock.Proxy;

/// <summary>Takes connections on the first worker's thread and gives each to the worker with the fewest.</summary>
internal sealed class Acceptor : IPollTarget, ITimed, IDisposable
{
    private const int ConnectionsATurn = 64;

    private readonly StreamListener _listener;
    private readonly Worker[] _workers;
    private readonly Deadlines _pauses;
    private ulong _token;

    internal Acceptor(StreamListener listener, Worker[] workers)
    {
        _listener = listener;
        _workers = workers;
        _pauses = workers[0].Pauses;
    }

    public long Since { get; private set; }

    public LinkedListNode<ITimed>? Place { get; set; }

    private Worker Own => _workers[0];

    internal void Begin() => Own.TryWatch(_listener.Descriptor, EpollInterest.Readable, this, out _token);

    public void OnReady(EpollReady ready)
    {
        for (int i = 0; i < ConnectionsATurn; i++)
        {
            SysResult result = _listener.Accept(out StreamSocket? socket);
            if (socket is not null)
                Assign(socket);
            else if (result.IsAgain)
                return;
            else if (result.Errno is Errno.EMFILE or Errno.ENFILE or Errno.ENOBUFS or Errno.ENOMEM)
            {
                Pause();
                return;
            }
        }
    }

    /// <summary>The pause is over.</summary>
    public void OnDeadline() => Own.Rewatch(_listener.Descriptor, EpollInterest.Readable, _token);

    public void Dispose()
    {
        Own.Unwatch(_listener.Descriptor, _token);
        _listener.Dispose();
    }

    /// <summary>Out of descriptors, the listener stays readable: looking away for a moment keeps the thread from spinning.</summary>
    private void Pause()
    {
        Own.Counters.Refused++;
        Since = Own.Now;
        Own.Rewatch(_listener.Descriptor, EpollInterest.None, _token);
        _pauses.Add(this);
    }

    private void Assign(StreamSocket socket)
    {
        Worker least = Own;
        long total = 0;
        foreach (Worker worker in _workers)
        {
            long open = worker.Load;
            total += open;
            if (open < least.Load)
                least = worker;
        }
        if (total >= Own.Options.MostSessions)
        {
            Own.Counters.Refused++;
            socket.CloseWithReset();
            return;
        }
        least.Take(socket);
    }
}
