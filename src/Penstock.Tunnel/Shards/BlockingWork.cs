using System;
using System.Collections.Concurrent;
using System.Threading;
using Penstock.Linux.Processes;

namespace Penstock.Tunnel.Shards;

/// <summary>The threads that do what blocks, such as name resolution, behind a bounded queue.</summary>
/// <remarks>
/// Threads are started when there is work, two at most, and end after they have had none for a while. They may run where
/// the thread may that makes this.
/// </remarks>
public sealed class BlockingWork : IDisposable
{
    private const int MaxThreads = 2;
    private readonly TimeSpan _linger;
    private readonly BlockingCollection<Action> _queue;
    private readonly CancellationTokenSource _stop = new();
    private readonly ProcessorMask _processors = new();
    private int _threads;

    /// <param name="bound">Pieces of work that wait at most.</param>
    public BlockingWork(int bound)
        : this(bound, TimeSpan.FromSeconds(10))
    {
    }

    /// <param name="bound">As above.</param>
    /// <param name="linger">How long a thread waits for more work before it ends.</param>
    internal BlockingWork(int bound, TimeSpan linger)
    {
        _queue = new BlockingCollection<Action>(bound);
        _linger = linger;
        _ = _processors.Read();
    }

    /// <summary>Pieces of work that wait.</summary>
    public int Depth => _queue.Count;

    /// <summary>Queues a piece of work; false when the queue is full or closed.</summary>
    public bool TryRun(Action work)
    {
        if (_stop.IsCancellationRequested || !_queue.TryAdd(work))
            return false;
        AddThread();
        return true;
    }

    /// <summary>Stops taking work; what runs is not interrupted.</summary>
    public void Dispose() => _stop.Cancel();

    private void AddThread()
    {
        int threads = Volatile.Read(ref _threads);
        while (threads < MaxThreads)
        {
            int found = Interlocked.CompareExchange(ref _threads, threads + 1, threads);
            if (found == threads)
            {
                new Thread(Run) { IsBackground = true, Name = "penstock-work" }.Start();
                return;
            }
            threads = found;
        }
    }

    private void Run()
    {
        Threads.SetName("penstock-work");
        _processors.Apply(); // a busy shard may have started it, and keeps to one
        try
        {
            while (_queue.TryTake(out Action? work, (int)_linger.TotalMilliseconds, _stop.Token))
                work();
        }
        catch (OperationCanceledException)
        {
            // Dispose: the thread ends.
        }
        finally
        {
            Interlocked.Decrement(ref _threads);
        }
        // Work that came between the last look and the count found this thread still counted, and started none.
        if (_queue.Count > 0 && !_stop.IsCancellationRequested)
            AddThread();
    }
}
