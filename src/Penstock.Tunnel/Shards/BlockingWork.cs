using System;
using System.Collections.Concurrent;
using System.Threading;

namespace Penstock.Tunnel.Shards;

/// <summary>The threads that do what blocks, such as name resolution, behind a bounded queue.</summary>
/// <remarks>Threads are started when there is work, two at most, and end after they have had none for a while.</remarks>
public sealed class BlockingWork(int bound) : IDisposable
{
    private const int MaxThreads = 2;
    private static readonly TimeSpan Linger = TimeSpan.FromSeconds(10);
    private readonly BlockingCollection<Action> _queue = new(bound);
    private readonly CancellationTokenSource _stop = new();
    private int _threads;

    /// <summary>Pieces of work that wait.</summary>
    public int Depth => _queue.Count;

    /// <summary>Queues a piece of work; false when the queue is full or closed.</summary>
    public bool TryRun(Action work)
    {
        if (_stop.IsCancellationRequested || !_queue.TryAdd(work))
            return false;
        int threads = Volatile.Read(ref _threads);
        if (threads < MaxThreads && Interlocked.CompareExchange(ref _threads, threads + 1, threads) == threads)
            new Thread(Run) { IsBackground = true, Name = "penstock-work" }.Start();
        return true;
    }

    /// <summary>Stops taking work; what runs is not interrupted.</summary>
    public void Dispose() => _stop.Cancel();

    private void Run()
    {
        Linux.Processes.Threads.SetName("penstock-work");
        try
        {
            while (_queue.TryTake(out Action? work, (int)Linger.TotalMilliseconds, _stop.Token))
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
    }
}
