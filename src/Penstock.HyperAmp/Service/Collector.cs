using System;
using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;
using System.Threading;
using Penstock.HyperAmp.Configuration;
using Penstock.HyperAmp.Notification;
using Penstock.HyperAmp.Owners;
using Penstock.HyperAmp.Queue;
using Penstock.HyperAmp.Regions;
using Penstock.HyperAmp.Services;
using Penstock.Linux.Memory;

namespace Penstock.HyperAmp.Service;

/// <summary>The one thread that takes chains off the page.</summary>
/// <remarks>
/// The path of a chain:
/// <list type="number">
/// <item>the page is looked at, by spinning or between sleeps of at most a millisecond;</item>
/// <item>the messages are copied, oldest first, and their entries checked;</item>
/// <item>a cheap chain is run here, where the hop to a worker would cost more than the work: run, unlink, complete,
/// IDLE, in one go, so that the line with the heads crosses between processors once;</item>
/// <item>any other chain is unlinked, IDLE is stored, and workers run it while the next one is collected;</item>
/// <item>who waits is woken, and what other senders have left on the wait list is handed over.</item>
/// </list>
/// </remarks>
internal sealed class Collector
{
    private const int SpinsBetweenLooks = 128;
    private const int ChainsPerMeasure = 16;
    private static readonly TimeSpan LongestSleep = TimeSpan.FromMilliseconds(1);

    private readonly SharedChannel<MappedWords> _channel;
    private readonly Receiver<MappedWords> _receiver;
    private readonly SideView<MappedWords> _side;
    private readonly QueueView<MappedWords> _queue;
    private readonly MessageRunner _runner;
    private readonly MappedWindow _payload;
    private readonly WorkerPool _workers;
    private readonly CostTable _costs;
    private readonly INotifier _notifier;
    private readonly int[] _turns;
    private readonly CapturedMessage[] _chain;
    private readonly ServiceResult[] _results;
    private readonly WaitMode _mode;
    private readonly long _spinTicks;
    private readonly long _graceTicks;
    private readonly long _inlineTicks;
    private long _oddSince;
    private readonly Lock _takeOverGate = new();
    private bool _running;
    private bool _takeOver;
    private bool _asleep;
    private bool _stop;

    internal Collector(
        SharedChannel<MappedWords> channel, MessageRunner runner, WorkerPool workers, CostTable costs, int[] turns,
        INotifier notifier, ServiceOptions options, WaitMode mode)
    {
        _channel = channel;
        _queue = channel.Queue;
        _side = channel.Side;
        _receiver = new Receiver<MappedWords>(channel.Queue);
        _runner = runner;
        _payload = runner.Payload;
        _workers = workers;
        _costs = costs;
        _turns = turns;
        _notifier = notifier;
        _mode = mode;
        _chain = new CapturedMessage[channel.Queue.Capacity];
        _results = new ServiceResult[channel.Queue.Capacity];
        _spinTicks = Ticks(options.Spin);
        _graceTicks = Ticks(options.Grace);
        _inlineTicks = Ticks(options.InlineWork);
    }

    /// <summary>What this thread runs.</summary>
    internal HandlerWatch Watch { get; } = new();

    internal CollectorCounters Counters { get; } = new();

    /// <summary>The page no longer shows the layout it was opened in; the collector has stopped because of it.</summary>
    internal bool LostLayout { get; private set; }

    /// <summary>True when a watcher has taken the chain of a slow handler over, so that this thread ends after it.</summary>
    internal bool IsReplaced { get; private set; }

    /// <summary>Asks the thread to end once the page is empty.</summary>
    internal void Stop() => Volatile.Write(ref _stop, true);

    /// <summary>The thread's body.</summary>
    internal void Run()
    {
        long idleSince = 0;
        int spins = 0;
        uint bell = 0;
        while (!IsReplaced)
        {
            // Between bells the page is left alone, so that its line stays with the senders while they fill it.
            uint rung = _side.Bell;
            if (rung == bell && ++spins < SpinsBetweenLooks && _mode is WaitMode.Spin or WaitMode.Auto)
            {
                Pause();
                continue;
            }
            if (rung != bell)
            {
                // The three lines of a lone message come over at the same time instead of one after the other.
                _queue.Prefetch(_side.RungEntry);
                _payload.Prefetch(_side.RungPayload);
            }
            bell = rung;
            PageState state = _receiver.Look();
            if (state == PageState.Chain)
            {
                if (!Serve())
                    return;
                spins = 0;
                idleSince = 0;
                _oddSince = 0;
                continue;
            }
            spins = 0;
            if (Volatile.Read(ref _stop))
                return;
            long now = Stopwatch.GetTimestamp();
            if (state != PageState.Empty && !LookIntoOdd(state, now))
                return;
            if (state == PageState.Empty)
                _oddSince = 0;
            if (_channel.NeedsKick)
                KickForOthers();
            if (idleSince == 0)
                idleSince = now;
            if (_mode == WaitMode.Yield)
                Processor.Yield();
            else if (_mode == WaitMode.Block || (_mode == WaitMode.Auto && (now - idleSince > _spinTicks || _workers.IsSaturated)))
                Sleep();
        }
    }

    /// <summary>Takes the chain of a slow handler over: from here on its thread only finishes its own messages.</summary>
    internal bool TryTakeOver()
    {
        lock (_takeOverGate)
        {
            Volatile.Write(ref _takeOver, true);
            // Asymmetric: the collector pays a store and a load per chain, the watcher pays for the order of both.
            Interlocked.MemoryBarrierProcessWide();
            if (!Volatile.Read(ref _running))
            {
                Volatile.Write(ref _takeOver, false);
                return false;
            }
            IsReplaced = true;
            _receiver.Unlink();
            _side.Journal = 0;
            _receiver.Release();
            return true;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool Serve()
    {
        int count = _receiver.Collect(_chain);
        Span<CapturedMessage> chain = _chain.AsSpan(0, count);
        long cost = 0;
        foreach (ref readonly CapturedMessage message in chain)
        {
            if (!IsInLayout(message.Index))
            {
                LostLayout = true;
                return false;
            }
            int known = _costs.Of(message.Message.Service);
            cost += known == 0 ? _inlineTicks + 1 : known;
            _payload.Prefetch(message.Message.Offset);
        }
        CollectorCounters counters = Counters;
        counters.Chains++;
        counters.LongestChain = Math.Max(counters.LongestChain, count);
        if (cost <= _inlineTicks)
            return ServeHere(chain);
        foreach (ref readonly CapturedMessage message in chain)
            Volatile.Write(ref _turns[message.Index], _turns[message.Index] + 1);
        _receiver.Unlink();
        _receiver.Release();
        _workers.Add(chain, _receiver);
        if (_channel.NeedsKick)
            KickForOthers();
        return true;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool IsInLayout(int index) =>
        _queue.Cur(index) == index && (_side.OwnerOf(index) != 0 || IsStillThisLayout());

    // A legacy peer can have initialised the page its own way since the last chain.
    private bool IsStillThisLayout() =>
        QueueFormat.HasLockByte(_queue.Words) == (_queue.Layout == QueueLayout.V2)
        || QueueFormat.Detect(_queue.Words) == _queue.Layout;

    private bool ServeHere(Span<CapturedMessage> chain)
    {
        bool measure = Counters.Chains % ChainsPerMeasure == 0;
        long start = measure ? Stopwatch.GetTimestamp() : 0;
        _side.Journal = 1;
        Volatile.Write(ref _running, true);
        for (int i = 0; i < chain.Length; i++)
            _results[i] = _runner.Run(chain[i].Message, Watch);
        Volatile.Write(ref _running, false);
        if (Volatile.Read(ref _takeOver) && WasTakenOver())
            return FinishTakenOver(chain);
        _receiver.Unlink();
        for (int i = 0; i < chain.Length; i++)
            _receiver.Complete(chain[i], _results[i]);
        _receiver.Release();
        _side.Journal = 0;
        Counters.Inline += chain.Length;
        _runner.Wake(chain);
        if (measure)
            _costs.Note(chain[0].Message.Service, (Stopwatch.GetTimestamp() - start) / chain.Length);
        if (_channel.NeedsKick)
            KickForOthers();
        return true;
    }

    private bool WasTakenOver()
    {
        lock (_takeOverGate)
            return IsReplaced;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool FinishTakenOver(Span<CapturedMessage> chain)
    {
        for (int i = 0; i < chain.Length; i++)
        {
            _receiver.Complete(chain[i], _results[i]);
            _costs.Note(chain[i].Message.Service, _inlineTicks * 2);
        }
        _runner.Wake(chain);
        return false;
    }

    // A chain under a mark that is not BUSY, or no chain under a mark that no sender begins under: an old sender may be
    // between its two stores (L1), so it gets the grace; after it the chain is taken, or the mark set to IDLE.
    private bool LookIntoOdd(PageState state, long now)
    {
        if (_oddSince == 0)
            _oddSince = now;
        if (now - _oddSince < _graceTicks)
            return true;
        _oddSince = 0;
        if (!QueueFormat.Carries(_queue))
        {
            LostLayout = true;
            return false;
        }
        if (state == PageState.EarlyChain)
        {
            Counters.EarlyChains++;
            return Serve();
        }
        // One of our senders holds the lock between its two stores; only when nobody does is the mark really stuck.
        if (!_channel.TryEnter() && !_channel.TryBreakLock())
            return true;
        if (_receiver.Look() == PageState.StuckMark)
        {
            _receiver.Release();
            Counters.HealedMarks++;
        }
        _channel.Leave();
        return true;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void KickForOthers()
    {
        if (!_channel.TryEnter() && !_channel.TryBreakLock())
            return;
        _ = _channel.Kick();
        _channel.Leave();
    }

    private void Sleep()
    {
        Volatile.Write(ref _asleep, true);
        _notifier.Arm();
        PageState state = _receiver.Look();
        bool idle = state != PageState.Chain && !_channel.NeedsKick && !Volatile.Read(ref _stop);
        // The alarm of a sleep with a limit costs more than the sleep: whoever can be woken leaves that to the watcher.
        bool unlimited = state == PageState.Empty && _notifier.IsWoken;
        _notifier.Wait(!idle ? TimeSpan.Zero : unlimited ? Timeout.InfiniteTimeSpan : LongestSleep);
        Volatile.Write(ref _asleep, false);
    }

    /// <summary>Wakes the thread if it sleeps over something to do: what a peer left that rings none of our bells.</summary>
    internal void Rouse()
    {
        if (Volatile.Read(ref _asleep) && (_receiver.Look() != PageState.Empty || _channel.NeedsKick || Volatile.Read(ref _stop)))
            _notifier.Wake();
    }

    private static void Pause()
    {
        if (X86Base.IsSupported)
            X86Base.Pause();
        else
            Thread.SpinWait(1);
    }

    private static long Ticks(TimeSpan time) => (long)(time.TotalSeconds * Stopwatch.Frequency);
}
