using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Threading;
using Penstock.Linux;
using Penstock.Linux.Events;
using Penstock.Linux.Processes;
using Penstock.Linux.Sockets;
using Penstock.Proxy.Relays;

namespace Penstock.Proxy;

/// <summary>One thread that owns connections: an epoll, deadlines, buffers, and a mailbox for what comes from outside.</summary>
/// <remarks>
/// A round: 1. wait. 2. the mailbox. 3. events. 4. whoever used up its turn. 5. deadlines.
/// Everything but <see cref="Post"/> is for the worker's own thread.
/// </remarks>
internal sealed class Worker
{
    internal const int BufferLength = 64 * 1024;

    private const ulong BellToken = 0;
    private const int MostSpareBuffers = 64;

    private readonly Epoll _epoll = new();
    private readonly EventFd _bell = new();
    private readonly Lock _bellLock = new();
    private readonly ConcurrentQueue<Action> _mailbox = new();
    private readonly Dictionary<ulong, IPollTarget> _targets = [];
    private readonly Stack<byte[]> _spareBuffers = new();
    private readonly HashSet<IDisposable> _sessions = [];
    private readonly Thread _thread;
    private List<IRunnable> _waiting = [];
    private List<IRunnable> _running = [];
    private DatagramBatches? _datagrams;
    private ulong _lastToken;
    private long _coming;
    private volatile bool _stopping;

    internal Worker(SocksServerOptions options, int number)
    {
        Options = options;
        Handshakes = new Deadlines(options.HandshakeTimeout);
        Connects = new Deadlines(options.ConnectTimeout);
        Idles = new Deadlines(options.IdleTimeout);
        _epoll.Add(_bell.Descriptor, EpollInterest.Readable, BellToken);
        _thread = new Thread(Loop) { IsBackground = true, Name = $"proxy-{number}" };
    }

    internal SocksServerOptions Options { get; }

    internal WorkerCounters Counters { get; } = new();

    internal Deadlines Handshakes { get; }

    internal Deadlines Connects { get; }

    internal Deadlines Idles { get; }

    internal Deadlines Pauses { get; } = new(TimeSpan.FromMilliseconds(100));

    /// <summary>Connections that are this worker's or on their way to it; any thread may look.</summary>
    internal long Load => Volatile.Read(ref Counters.Open) + Volatile.Read(ref _coming);

    /// <summary>The time of this round, in microseconds.</summary>
    internal long Now { get; private set; }

    /// <summary>What datagrams are received into and sent from, for use within a call.</summary>
    internal DatagramBatches Datagrams => _datagrams ??= new DatagramBatches(Counters);

    /// <summary>Where text goes that nobody wants.</summary>
    internal byte[] Unwanted { get; } = new byte[4096];

    internal void Start() => _thread.Start();

    /// <summary>Runs something on the worker's thread; any thread may ask.</summary>
    internal void Post(Action action)
    {
        _mailbox.Enqueue(action);
        Ring();
    }

    /// <summary>Takes over an accepted connection; any thread may ask.</summary>
    internal void Take(StreamSocket socket)
    {
        if (Thread.CurrentThread == _thread)
        {
            new Connection(this, socket).Begin();
            return;
        }
        Interlocked.Increment(ref _coming);
        Post(() =>
        {
            Interlocked.Decrement(ref _coming);
            new Connection(this, socket).Begin();
        });
    }

    /// <summary>Closes everything and ends the thread.</summary>
    internal void Stop()
    {
        _stopping = true;
        Ring();
        if (_thread.IsAlive)
            _thread.Join();
        lock (_bellLock)
            _bell.Dispose();
        _epoll.Dispose();
        _datagrams?.Dispose();
    }

    internal bool TryWatch(int descriptor, EpollInterest interest, IPollTarget target, out ulong token)
    {
        token = ++_lastToken;
        if (!_epoll.TryAdd(descriptor, interest, token).IsSuccess)
            return false;
        _targets.Add(token, target);
        return true;
    }

    internal void Rewatch(int descriptor, EpollInterest interest, ulong token) => _epoll.Modify(descriptor, interest, token);

    /// <summary>Forgets a descriptor, which its owner then closes.</summary>
    internal void Unwatch(int descriptor, ulong token)
    {
        if (_targets.Remove(token))
            _epoll.Remove(descriptor);
    }

    /// <summary>Lets others have their turn first.</summary>
    internal void Defer(IRunnable runnable) => _waiting.Add(runnable);

    internal void Adopt(IDisposable session)
    {
        if (_sessions.Add(session))
            Counters.Open++;
    }

    internal void Forget(IDisposable session)
    {
        if (_sessions.Remove(session))
            Counters.Open--;
    }

    internal byte[] RentBuffer() =>
        _spareBuffers.TryPop(out byte[]? buffer) ? buffer : GC.AllocateUninitializedArray<byte>(BufferLength, pinned: true);

    internal void ReturnBuffer(byte[] buffer)
    {
        if (_spareBuffers.Count < MostSpareBuffers)
            _spareBuffers.Push(buffer);
    }

    /// <summary>A resolver may answer after the end, when the bell's number belongs to somebody else.</summary>
    private void Ring()
    {
        lock (_bellLock)
        {
            if (_bell.Descriptor >= 0)
                _bell.Signal();
        }
    }

    private void Loop()
    {
        Threads.SetName(_thread.Name!);
        Now = MonotonicClock.Microseconds;
        var events = new EpollEvent[256];
        while (!_stopping)
        {
            int count = _epoll.Wait(events, Timeout());
            Now = MonotonicClock.Microseconds;
            for (int i = 0; i < count; i++)
            {
                if (events[i].Token == BellToken)
                    _bell.Drain();
                else if (_targets.TryGetValue(events[i].Token, out IPollTarget? target))
                    target.OnReady(events[i].Ready);
            }
            ReadMail();
            RunWaiting();
            Handshakes.Fire(Now);
            Connects.Fire(Now);
            Idles.Fire(Now);
            Pauses.Fire(Now);
        }
        ReadMail();
        foreach (IDisposable session in new List<IDisposable>(_sessions))
            session.Dispose();
    }

    private void ReadMail()
    {
        while (_mailbox.TryDequeue(out Action? action))
            action();
    }

    private long Timeout()
    {
        if (_waiting.Count != 0 || !_mailbox.IsEmpty)
            return 0;

        // -1 is never, and as an unsigned number later than all others.
        return (long)Math.Min(
            Math.Min((ulong)Handshakes.Next(Now), (ulong)Connects.Next(Now)),
            Math.Min((ulong)Idles.Next(Now), (ulong)Pauses.Next(Now)));
    }

    private void RunWaiting()
    {
        (_running, _waiting) = (_waiting, _running);
        foreach (IRunnable runnable in _running)
            runnable.Run();
        _running.Clear();
    }
}
