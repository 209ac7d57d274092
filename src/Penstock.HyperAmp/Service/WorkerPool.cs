using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Threading;
using Penstock.HyperAmp.Queue;
using Penstock.HyperAmp.Services;
using Penstock.Linux.Memory;

namespace Penstock.HyperAmp.Service;

/// <summary>Threads that run messages in the order of submission.</summary>
internal sealed class WorkerPool
{
    private static readonly long _longTicks = Stopwatch.Frequency / 10_000;

    private readonly MessageRunner _runner;
    private readonly CostTable _costs;
    private readonly int[] _turns;
    private readonly WorkItem[] _items;
    private readonly List<Worker> _workers = [];
    private readonly object _gate = new();
    private int _head;
    private int _count;
    private int _idle;
    private int _running;
    private bool _stop;
    private long _processed;
    private int _named;

    /// <summary>Starts the threads.</summary>
    /// <param name="runner">Runs a message.</param>
    /// <param name="costs">Learns what it cost.</param>
    /// <param name="turns">Turn of every entry, raised whenever it is taken.</param>
    /// <param name="workers">How many threads.</param>
    internal WorkerPool(MessageRunner runner, CostTable costs, int[] turns, int workers)
    {
        _runner = runner;
        _costs = costs;
        _turns = turns;
        // An entry can be taken again while its old turn still waits here, when a peer initialises the queue anew.
        _items = new WorkItem[turns.Length * 4];
        for (int i = 0; i < workers; i++)
            Hire();
    }

    /// <summary>Messages completed.</summary>
    internal long Processed => Interlocked.Read(ref _processed);

    /// <summary>Messages waiting or running.</summary>
    internal int Load
    {
        get
        {
            lock (_gate)
                return _count + _running;
        }
    }

    /// <summary>True when every thread has something to do: what comes now has to wait anyhow, and spinning only takes from them.</summary>
    internal bool IsSaturated => Volatile.Read(ref _idle) == 0;

    /// <summary>Queues a chain; what finds no room is refused, which only a peer that reinitialises in a loop can reach.</summary>
    internal void Add(ReadOnlySpan<CapturedMessage> chain, Receiver<Regions.MappedWords> receiver)
    {
        lock (_gate)
        {
            foreach (ref readonly CapturedMessage message in chain)
            {
                if (_count == _items.Length)
                    break;
                int place = _head + _count++;
                _items[place >= _items.Length ? place - _items.Length : place] =
                    new WorkItem(message, Volatile.Read(ref _turns[message.Index]), receiver);
            }
            if (chain.Length == 1)
                Monitor.Pulse(_gate);
            else
                Monitor.PulseAll(_gate);
        }
    }

    /// <summary>Replaces workers whose handler has not returned for too long.</summary>
    /// <returns>How many; <paramref name="report"/> is told of each.</returns>
    internal int ReplaceStuck(long now, long limit, Action<string>? report)
    {
        int replaced = 0;
        lock (_gate)
        {
            for (int i = 0; i < _workers.Count; i++)
            {
                Worker worker = _workers[i];
                if (worker.Abandoned || worker.Watch.RunningFor(now) <= limit)
                    continue;
                worker.Abandoned = true;
                _workers.RemoveAt(i--);
                _running--;
                replaced++;
                report?.Invoke($"the handler of service {worker.Watch.Service} has not returned; its worker is replaced");
            }
        }
        for (int i = 0; i < replaced; i++)
            Hire();
        return replaced;
    }

    /// <summary>Lets queued messages finish, then ends the threads.</summary>
    internal void Stop(TimeSpan patience)
    {
        Worker[] workers;
        lock (_gate)
        {
            _stop = true;
            Monitor.PulseAll(_gate);
            workers = [.. _workers];
        }
        long start = Stopwatch.GetTimestamp();
        foreach (Worker worker in workers)
        {
            TimeSpan left = patience - Stopwatch.GetElapsedTime(start);
            _ = worker.Thread.Join(left > TimeSpan.Zero ? left : TimeSpan.Zero);
        }
    }

    private void Hire()
    {
        Worker worker = new();
        worker.Thread = new Thread(() => Work(worker)) { IsBackground = true, Name = $"amp-worker-{++_named}" };
        lock (_gate)
            _workers.Add(worker);
        worker.Thread.Start();
    }

    private void Work(Worker worker)
    {
        CapturedMessage[] one = new CapturedMessage[1];
        while (TryTake(out WorkItem item))
        {
            long start = Stopwatch.GetTimestamp();
            ServiceResult result = _runner.Run(item.Message.Message, worker.Watch);
            long took = Stopwatch.GetTimestamp() - start;
            _costs.Note(item.Message.Message.Service, took);
            // A later turn belongs to another request, which this result must not complete.
            if (Volatile.Read(ref _turns[item.Message.Index]) == item.Turn)
            {
                item.Receiver.Complete(item.Message, result);
                one[0] = item.Message;
                _runner.Wake(one);
            }
            Interlocked.Increment(ref _processed);
            lock (_gate)
            {
                if (worker.Abandoned)
                    return;
                _running--;
            }
            // Clients and the collector need little of a processor, and need it now: else the workers run out of work.
            if (took > _longTicks)
                Processor.Yield();
        }
    }

    private bool TryTake(out WorkItem item)
    {
        lock (_gate)
        {
            while (_count == 0)
            {
                item = default;
                if (_stop)
                    return false;
                _idle++;
                Monitor.Wait(_gate);
                _idle--;
            }
            item = _items[_head];
            _head = _head + 1 == _items.Length ? 0 : _head + 1;
            _count--;
            _running++;
            return true;
        }
    }

    private sealed class Worker
    {
        internal readonly HandlerWatch Watch = new();
        internal Thread Thread = null!;
        internal bool Abandoned;
    }
}
