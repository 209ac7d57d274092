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
using Penstock.Linux.Memory;

namespace Penstock.HyperAmp.Client;

/// <summary>Waits for the dealt bit of an entry: by spinning, by yielding, or asleep on the owner's futex word.</summary>
/// <remarks>
/// Whoever waits also does what a dead thread or process may have left undone: it hands over a wait list that nobody
/// kicks (S9), and ends the messages of a service that has died.
/// </remarks>
internal sealed class CompletionWaiter
{
    private const int PausesBeforeLook = 3;
    private const int TightReads = 128;
    private const int SpinsBetweenClocks = 64;
    private const int CallsPerTurn = 64;
    private static readonly TimeSpan SleepSlice = TimeSpan.FromMilliseconds(50);

    [ThreadStatic]
    private static int s_callsLeft;

    private readonly SharedChannel<MappedWords> _channel;
    private readonly QueueView<MappedWords> _queue;
    private readonly SideView<MappedWords> _side;
    private readonly INotifier _notifier;
    private readonly WaitMode _mode;
    private readonly long _spinTicks;
    private readonly uint _epoch;
    private readonly int _slot;
    private readonly int _processors = Environment.ProcessorCount;
    private int _callers;

    internal CompletionWaiter(SharedChannel<MappedWords> channel, INotifier notifier, WaitMode mode, TimeSpan spin)
    {
        _channel = channel;
        _queue = channel.Queue;
        _side = channel.Side;
        _notifier = notifier;
        _mode = mode;
        _spinTicks = (long)(spin.TotalSeconds * Stopwatch.Frequency);
        _epoch = channel.Side.Epoch;
        _slot = channel.Me.Slot;
    }

    /// <summary>Waits until the message is dealt.</summary>
    /// <param name="slot">The entry.</param>
    /// <param name="due">See <see cref="Deadline"/>.</param>
    /// <param name="cancellation">The caller's.</param>
    /// <returns><see cref="CallStatus.Success"/> when it is dealt, else why the wait ended.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal CallStatus Wait(RequestSlot slot, long due, CancellationToken cancellation)
    {
        if (_mode == WaitMode.Auto)
            return WaitInTurn(slot, due, cancellation);
        return _mode != WaitMode.Block && SpinTightly(slot) ? CallStatus.Success : WaitLonger(slot, due, cancellation, spin: true);
    }

    // With more callers than processors a thread that spins keeps the processor from those it waits behind. So each ends
    // some calls, for whose answers a short spin is enough, and then gives the processor away: a change of threads costs
    // several calls. Where a short spin is not enough, each gives it away once a call, so that all hand in their
    // messages and the service answers them in one chain, and sleeps if it is too early then.
    private CallStatus WaitInTurn(RequestSlot slot, long due, CancellationToken cancellation)
    {
        bool spin = Interlocked.Increment(ref _callers) <= _processors;
        bool answered = spin ? SpinTightly(slot) : SpinOrYield(slot);
        CallStatus status = answered ? CallStatus.Success : WaitLonger(slot, due, cancellation, spin);
        Interlocked.Decrement(ref _callers);
        return status;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool SpinOrYield(RequestSlot slot)
    {
        if (s_callsLeft > 0)
        {
            s_callsLeft--;
            if (SpinTightly(slot))
                return true;
            s_callsLeft = 0;
        }
        else
        {
            s_callsLeft = CallsPerTurn;
        }
        Processor.Yield();
        return MessageFlag.IsDealt(_queue.Flag(slot.Index));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool SpinTightly(RequestSlot slot)
    {
        // Whoever looks before an answer can be there takes the entry's line away from the service, which then has to
        // fetch it back to answer.
        if (X86Base.IsSupported)
        {
            for (int i = 0; i < PausesBeforeLook; i++)
                X86Base.Pause();
        }
        for (int i = 0; i < TightReads; i++)
        {
            // SYNC completion, acquire: pairs with the receiver's store of the flag word.
            if (MessageFlag.IsDealt(_queue.Flag(slot.Index)))
                return true;
            if (X86Base.IsSupported)
                X86Base.Pause();
        }
        return false;
    }

    /// <summary>What every waiter looks after now and then.</summary>
    internal CallStatus LookAfter(long due, CancellationToken cancellation)
    {
        if (cancellation.IsCancellationRequested)
            return CallStatus.Cancelled;
        if (_side.Epoch != _epoch)
            return CallStatus.QueueReset;
        int service = _side.Service;
        if (service != 0 && !_channel.Liveness.IsAlive(service - 1))
            EndLost();
        if (_channel.NeedsKick)
            KickForOthers();
        return Deadline.IsOver(due) ? CallStatus.TimedOut : CallStatus.Success;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private CallStatus WaitLonger(RequestSlot slot, long due, CancellationToken cancellation, bool spin)
    {
        bool legacy = _channel.OneByOne;
        if (_mode is WaitMode.Spin or WaitMode.Yield || (_mode == WaitMode.Auto && spin))
        {
            CallStatus? ended = Spin(slot, due, cancellation);
            if (ended is { } status)
                return status;
        }
        if (!legacy)
            Sleep(slot, due);
        TimeSpan nap = TimeSpan.FromMicroseconds(50);
        while (true)
        {
            if (MessageFlag.IsDealt(_queue.Flag(slot.Index)))
                return CallStatus.Success;
            CallStatus look = LookAfter(due, cancellation);
            if (MessageFlag.IsDealt(_queue.Flag(slot.Index)))
                return CallStatus.Success;
            if (look != CallStatus.Success)
                return look;
            if (legacy)
            {
                Processor.Nap(nap);
                nap = TimeSpan.FromTicks(Math.Min(nap.Ticks * 2, TimeSpan.TicksPerMillisecond));
            }
            else
            {
                Sleep(slot, due);
            }
        }
    }

    private CallStatus? Spin(RequestSlot slot, long due, CancellationToken cancellation)
    {
        long start = Stopwatch.GetTimestamp();
        long nextLook = start + (Stopwatch.Frequency / 100);
        while (true)
        {
            for (int i = 0; i < SpinsBetweenClocks; i++)
            {
                if (MessageFlag.IsDealt(_queue.Flag(slot.Index)))
                    return CallStatus.Success;
                if (_mode == WaitMode.Yield)
                    Processor.Yield();
                else if (X86Base.IsSupported)
                    X86Base.Pause();
                else
                    Thread.SpinWait(1);
            }
            long now = Stopwatch.GetTimestamp();
            if (_mode == WaitMode.Auto && now - start > _spinTicks)
                return null;
            if (_channel.NeedsKick)
                KickForOthers();
            if (now < nextLook && !Deadline.IsOver(due))
                continue;
            nextLook = now + (Stopwatch.Frequency / 100);
            if (LookAfter(due, cancellation) is var look and not CallStatus.Success)
                return MessageFlag.IsDealt(_queue.Flag(slot.Index)) ? CallStatus.Success : look;
        }
    }

    // SYNC wake-up: the count of sleepers is raised (a fence) before the flag is looked at once more; the service stores
    // the flag, fences, and reads the count. The wake word is read in between, so a wake that comes early is not lost.
    private void Sleep(RequestSlot slot, long due)
    {
        TimeSpan left = TimeSpan.FromMilliseconds(due - Environment.TickCount64);
        TimeSpan slice = left < SleepSlice ? left : SleepSlice;
        if (slice <= TimeSpan.Zero)
            return;
        _side.AddSleeper(_slot, 1);
        uint word = _side.WakeWord(_slot);
        if (!MessageFlag.IsDealt(_queue.Flag(slot.Index)))
            _ = Futex.Wait(_side.Words.Window, SideView<MappedWords>.WakeAt(_slot), word, slice, slot.WakeBits);
        _side.AddSleeper(_slot, -1);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void KickForOthers()
    {
        if (!_channel.TryEnter() && !_channel.TryBreakLock())
            return;
        bool handedOver = _channel.Kick();
        _channel.Leave();
        if (handedOver)
            _notifier.Ring(0);
    }

    private void EndLost()
    {
        if (!_channel.Enter(Deadline.After(100)))
            return;
        int service = _side.Service;
        if (service != 0 && !_channel.Liveness.IsAlive(service - 1))
            _channel.Repair.FailLost();
        _channel.Leave();
    }
}
