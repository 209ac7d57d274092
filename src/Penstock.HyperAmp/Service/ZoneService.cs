using System;
using System.Diagnostics;
using System.Threading;
using Penstock.HyperAmp.Configuration;
using Penstock.HyperAmp.Notification;
using Penstock.HyperAmp.Owners;
using Penstock.HyperAmp.Queue;
using Penstock.HyperAmp.Regions;
using Penstock.Linux.Memory;

namespace Penstock.HyperAmp.Service;

/// <summary>Serves a region: one collector, workers, and a watch over both.</summary>
/// <remarks>
/// At most one runs per region. It announces itself in the side region and sets the mark of the other zone's page, which
/// is what legacy clients look at; it never initialises a queue that lives. Legacy clients and ours are served alike.
/// </remarks>
public sealed class ZoneService : IDisposable
{
    // A peer that rings no bell of ours is found in a millisecond; everything else can wait.
    private static readonly TimeSpan WatchInterval = TimeSpan.FromMilliseconds(1);
    private const int TurnsBetweenWatches = 20;
    private const int TurnsBetweenRecoveries = 200;

    private readonly ZoneRegion _region;
    private readonly SideLease _lease;
    private readonly INotifier _notifier;
    private readonly ServiceOptions _options;
    private readonly ServiceRegistry _registry;
    private readonly WaitMode _mode;
    private readonly QueueLayout _wantedLayout;
    private readonly CostTable _costs = new();
    private readonly int[] _turns;
    private readonly long _started = Stopwatch.GetTimestamp();
    private readonly ManualResetEventSlim _ended = new();
    private readonly Thread _watcher;
    private readonly WorkerPool _workers;
    private readonly MessageRunner _runner;
    private SharedChannel<MappedWords> _channel;
    private Collector _collector;
    private Thread _collecting;
    private CollectorCounters _past = new();
    private long _stuck;
    private long _invalid;
    private long _repairs;
    private bool _disposed;

    internal ZoneService(
        ZoneRegion region, SideLease lease, INotifier notifier, ServiceRegistry registry, ServiceOptions options,
        WaitMode wait, QueueLayout layout)
    {
        int workers = options.Workers == 0 ? Environment.ProcessorCount : options.Workers;
        ArgumentOutOfRangeException.ThrowIfNegative(workers, nameof(options));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(workers, 256, nameof(options));
        _region = region;
        _lease = lease;
        _notifier = notifier;
        _registry = registry;
        _options = options;
        _mode = options.Wait ?? wait;
        _wantedLayout = layout;
        _channel = new SharedChannel<MappedWords>(lease.Queue, lease.Side, lease.Me, lease);
        _turns = new int[lease.Queue.Capacity];
        _runner = new MessageRunner(registry, region, lease.Side, options.Report);
        _workers = new WorkerPool(_runner, _costs, _turns, workers);
        Announce();
        (_collector, _collecting) = StartCollector();
        _watcher = new Thread(Watch) { IsBackground = true, Name = "amp-watch" };
        _watcher.Start();
    }

    /// <summary>Worker threads.</summary>
    public int Workers => _options.Workers == 0 ? Environment.ProcessorCount : _options.Workers;

    /// <summary>The layout that is served now.</summary>
    public QueueLayout Layout => Volatile.Read(ref _channel).Queue.Layout;

    /// <summary>What was done so far.</summary>
    public ServiceStatistics Statistics
    {
        get
        {
            CollectorCounters now = _collector.Counters;
            return new ServiceStatistics(
                _past.Inline + now.Inline + _workers.Processed, _runner.Failed, _runner.Unknown, _runner.Rejected,
                _past.Chains + now.Chains, Math.Max(_past.LongestChain, now.LongestChain), _past.Inline + now.Inline,
                Interlocked.Read(ref _stuck), Stopwatch.GetElapsedTime(_started));
        }
    }

    /// <summary>Lets messages that were handed over finish, then ends. Idempotent.</summary>
    public void Stop()
    {
        if (_ended.IsSet)
            return;
        _collector.Stop();
        _notifier.Wake();
        _ = _collecting.Join(_options.Drain);
        _workers.Stop(_options.Drain);
        _ended.Set();
        _watcher.Join();
        Publish();
        SideView<MappedWords> side = _lease.Side;
        side.Service = 0;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_disposed)
            return;
        _disposed = true;
        Stop();
        _notifier.Dispose();
        _lease.Dispose();
        _ended.Dispose();
    }

    private void Announce()
    {
        SideView<MappedWords> side = _lease.Side;
        if (!_channel.Enter(Deadline.After(5000)))
            throw new RegionException("the channel's lock is held; the region is in use by something that does not answer");
        // Whatever an earlier service had taken is lost: it is ended before this one takes anything.
        _channel.Repair.FailLost();
        side.Service = _lease.Me.Slot + 1;
        _channel.Leave();
        MappedWords peer = new(_region.PeerQueue);
        peer.WriteUInt32(0, QueueMark.Initialised);
    }

    private (Collector Collector, Thread Thread) StartCollector()
    {
        Collector collector = new(_channel, _runner, _workers, _costs, _turns, _notifier, _options, _mode);
        Thread thread = new(collector.Run) { IsBackground = true, Name = "amp-collector" };
        thread.Start();
        return (collector, thread);
    }

    private void Watch()
    {
        long limit = (long)(_options.HandlerLimit.TotalSeconds * Stopwatch.Frequency);
        for (int turn = 1; !_ended.IsSet; turn++)
        {
            Processor.Nap(WatchInterval);
            _collector.Rouse();
            if (turn % TurnsBetweenWatches != 0)
                continue;
            long now = Stopwatch.GetTimestamp();
            if (_collector.LostLayout)
                RegainLayout();
            // A chain that was expected to be short is not: the collector's role moves to a new thread.
            else if (_collector.Watch.RunningFor(now) > 0 && _collector.Watch.RunningFor(now) >= Stopwatch.Frequency / 50)
                Replace();
            _stuck += _workers.ReplaceStuck(now, limit, _options.Report);
            if (turn % TurnsBetweenRecoveries == 0)
                Recover();
            Publish();
        }
    }

    private void Replace()
    {
        if (!_collector.TryTakeOver())
            return;
        Retire();
        (_collector, _collecting) = StartCollector();
    }

    // The page shows no layout, or another one: a peer has scribbled, or initialised it its own way.
    private void RegainLayout()
    {
        if (_collecting.IsAlive)
            return;
        MappedWords page = new(_region.Queue);
        QueueLayout? found = QueueFormat.Detect(page);
        if (found is not { } layout)
        {
            if (_invalid++ == 0)
                _options.Report?.Invoke("the queue page is in no known layout; waiting until it is");
            return;
        }
        if (_wantedLayout != QueueLayout.Auto && layout != _wantedLayout)
        {
            if (_invalid++ == 0)
                _options.Report?.Invoke($"a peer has initialised the queue as {layout}; {_wantedLayout} is configured");
            return;
        }
        QueueView<MappedWords> queue = new(page, layout, _region.IsStrict);
        if (queue.Capacity != _turns.Length)
            return;
        Retire();
        Volatile.Write(ref _channel, new SharedChannel<MappedWords>(queue, _lease.Side, _lease.Me, _lease));
        (_collector, _collecting) = StartCollector();
    }

    private void Retire()
    {
        CollectorCounters now = _collector.Counters;
        _past = new CollectorCounters
        {
            Chains = _past.Chains + now.Chains,
            Inline = _past.Inline + now.Inline,
            LongestChain = Math.Max(_past.LongestChain, now.LongestChain),
            EarlyChains = _past.EarlyChains + now.EarlyChains,
            HealedMarks = _past.HealedMarks + now.HealedMarks,
        };
    }

    private void Recover()
    {
        SharedChannel<MappedWords> channel = _channel;
        bool dead = false;
        for (int slot = 0; slot < SideGeometry.OwnerSlots; slot++)
            dead |= slot != _lease.Me.Slot && _lease.Side.Nonce(slot) != 0 && !_lease.IsAlive(slot);
        if (!dead || !channel.Enter(Deadline.After(100)))
            return;
        if (channel.Repair.RecoverDeadOwners())
            _repairs++;
        channel.Leave();
    }

    private void Publish()
    {
        SideView<MappedWords> side = _lease.Side;
        ServiceStatistics now = Statistics;
        side.SetCounter(ServiceCounter.Processed, (ulong)now.Processed);
        side.SetCounter(ServiceCounter.Failed, (ulong)now.Failed);
        side.SetCounter(ServiceCounter.Unknown, (ulong)now.Unknown);
        side.SetCounter(ServiceCounter.Rejected, (ulong)now.Rejected);
        side.SetCounter(ServiceCounter.Chains, (ulong)now.Chains);
        side.SetCounter(ServiceCounter.LongestChain, (ulong)now.LongestChain);
        side.SetCounter(ServiceCounter.Inline, (ulong)now.Inline);
        side.SetCounter(ServiceCounter.EarlyChains, (ulong)(_past.EarlyChains + _collector.Counters.EarlyChains));
        side.SetCounter(ServiceCounter.HealedMarks, (ulong)(_past.HealedMarks + _collector.Counters.HealedMarks));
        side.SetCounter(ServiceCounter.StuckHandlers, (ulong)now.StuckHandlers);
        side.SetCounter(ServiceCounter.InvalidPages, (ulong)_invalid);
        side.SetCounter(ServiceCounter.Repairs, (ulong)_repairs);
    }
}
