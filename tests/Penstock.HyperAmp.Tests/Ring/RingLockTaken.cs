using System;
using System.Linq;
using System.Threading;
using Penstock.HyperAmp.Ring;
using Xunit;

namespace Penstock.HyperAmp.Tests.Ring;

/// <summary>The lock word with holders that let go, that died, and that never let go.</summary>
public sealed class RingLockTaken : IDisposable
{
    private static readonly RingOptions _options = new() { Locking = RingLocking.Interlocked, LockLease = TimeSpan.FromMilliseconds(50) };
    private readonly Region _region = new();

    public void Dispose() => _region.Dispose();

    [Fact]
    public void A_lock_that_a_dead_holder_left_is_taken_over_after_the_lease()
    {
        using RingChannel creator = _region.Create(_options);
        _region.Memory.Window.WriteUInt32(ControlPageOffset.LockValue, 1);
        Assert.Equal(RingResult.Ok, creator.Sender.TrySend(new(MessageType.Data, 1, 1), "x"u8));
        Assert.Equal(0u, _region.Memory.Window.ReadUInt32(ControlPageOffset.LockValue));
        Assert.Equal(1u, _region.Memory.Window.ReadUInt32(ControlPageOffset.LockCount));
        Assert.Equal(1u, creator.Sender.ReadStatus().Contention);
    }

    [Fact]
    public void A_lock_that_moves_but_is_never_free_is_reported_instead_of_waited_for()
    {
        using RingChannel creator = _region.Create(_options);
        using var stop = new CancellationTokenSource();
        var hostile = new Thread(() =>
        {
            while (!stop.IsCancellationRequested)
            {
                _region.Memory.Window.WriteUInt32(ControlPageOffset.LockValue, 1);
                _region.Memory.Window.Add(ControlPageOffset.LockCount, 1);
            }
        });
        _region.Memory.Window.WriteUInt32(ControlPageOffset.LockValue, 1);
        hostile.Start();
        RingResult result = creator.Sender.TrySend(new(MessageType.Data, 1, 1), "x"u8);
        stop.Cancel();
        Assert.True(hostile.Join(Region.Patience));
        Assert.Equal(RingResult.Locked, result);
    }

    [Fact]
    public void Of_two_that_take_over_exactly_one_gets_it()
    {
        using RingChannel creator = _region.Create(_options);
        var words = new Penstock.HyperAmp.Regions.MappedWords(_region.Memory.Window);
        var held = new RingLock<Penstock.HyperAmp.Regions.MappedWords>(words);
        Assert.True(held.TryEnter(0));
        Assert.True(held.TryTakeOver(1, 0));
        Assert.False(held.TryTakeOver(1, 0));
    }

    [Fact]
    public void Producers_and_consumers_of_many_ends_lose_and_repeat_nothing()
    {
        const int Ends = 2, Each = 5000;
        using RingChannel creator = _region.Create(_options with { LockLease = Region.Patience });
        RingChannel[] senders = [.. Enumerable.Range(0, Ends).Select(_ => _region.Attach(_options with { LockLease = Region.Patience }, side: RingSide.Remote))];
        RingChannel[] receivers = [.. Enumerable.Range(0, Ends).Select(_ => _region.Attach(_options with { LockLease = Region.Patience }))];
        var seen = new int[Ends * Each];
        int received = 0;
        using var watchdog = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        Thread[] threads =
        [
            .. senders.Select((channel, n) => new Thread(() =>
            {
                for (int i = 0; i < Each && !watchdog.IsCancellationRequested;)
                {
                    if (channel.Sender.TrySend(new(MessageType.Data, 0, 0), BitConverter.GetBytes(n * Each + i)) == RingResult.Ok)
                        i++;
                    else
                        Thread.Yield();
                }
            })),
            .. receivers.Select(channel => new Thread(() =>
            {
                var payload = new byte[4096];
                while (Volatile.Read(ref received) < seen.Length && !watchdog.IsCancellationRequested)
                {
                    if (channel.Receiver.TryReceive(out _, payload) == RingResult.Ok)
                    {
                        Interlocked.Increment(ref seen[BitConverter.ToInt32(payload)]);
                        Interlocked.Increment(ref received);
                    }
                    else
                        Thread.Yield();
                }
            })),
        ];
        foreach (Thread thread in threads)
            thread.Start();
        foreach (Thread thread in threads)
            thread.Join();
        Assert.All(seen, count => Assert.Equal(1, count));
        RingStatus status = creator.Sender.ReadStatus();
        Assert.Equal(((uint)seen.Length, (uint)seen.Length), (status.Enqueued, status.Dequeued));
    }
}
