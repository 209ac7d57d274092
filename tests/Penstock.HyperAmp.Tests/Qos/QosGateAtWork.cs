using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Linq;
using System.Threading;
using Penstock.HyperAmp.Qos;
using Xunit;

namespace Penstock.HyperAmp.Tests.Qos;

/// <summary>Admission with real threads at the gate.</summary>
public class QosGateAtWork
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(30);

    private static QosTicket Enter(QosGate gate, QosClass qosClass, int bytes = 1)
    {
        Assert.True(gate.TryEnter(qosClass, bytes, TimeSpan.Zero, out QosTicket ticket));
        return ticket;
    }

    [Fact]
    public void A_class_alone_uses_its_reserve_and_the_shared_room_but_not_the_others_reserves()
    {
        var gate = new QosGate(new() { Slots = 64 });
        int granted = 0;
        while (gate.TryEnter(QosClass.BestEffort, 1, TimeSpan.Zero, out _))
            granted++;
        // Reserves of 8, 12, 8 and 3 leave 33 to share.
        Assert.Equal(3 + 33, granted);
        foreach ((QosClass other, int reserve) in new[] { (QosClass.RealTime, 8), (QosClass.Throughput, 12), (QosClass.Reliable, 8) })
        {
            for (int i = 0; i < reserve; i++)
                Enter(gate, other);
            Assert.False(gate.TryEnter(other, 1, TimeSpan.Zero, out _));
        }
    }

    [Fact]
    public void Bytes_are_counted_like_messages_and_what_can_never_fit_is_refused_at_once()
    {
        var gate = new QosGate(new() { Bytes = 1000 });
        QosTicket ticket = Enter(gate, QosClass.BestEffort, 550);
        Assert.False(gate.TryEnter(QosClass.BestEffort, 1, TimeSpan.Zero, out _));
        Enter(gate, QosClass.RealTime, 100);
        gate.Leave(ticket);
        Assert.False(gate.TryEnter(QosClass.BestEffort, 551, Timeout.InfiniteTimeSpan, out _));
        gate.Leave(Enter(gate, QosClass.BestEffort, 550));
    }

    [Fact]
    public void Everything_given_back_can_be_taken_again()
    {
        var gate = new QosGate();
        var random = new Random(1);
        var held = new List<QosTicket>();
        for (int i = 0; i < 20000; i++)
        {
            if (random.Next(2) == 0 && gate.TryEnter((QosClass)random.Next(4), random.Next(60000), TimeSpan.Zero, out QosTicket ticket))
                held.Add(ticket);
            else if (held.Count > 0)
            {
                int at = random.Next(held.Count);
                gate.Leave(held[at]);
                held.RemoveAt(at);
            }
        }
        foreach (QosTicket ticket in held)
            gate.Leave(ticket);
        Assert.All(Enum.GetValues<QosClass>(), c => Assert.Equal(0, gate.InUse(c)));
        for (int i = 0; i < 36; i++)
            Enter(gate, QosClass.BestEffort);
    }

    [Fact]
    public void A_waiter_is_granted_what_is_given_back_and_one_that_gives_up_leaves_no_trace()
    {
        var gate = new QosGate();
        var held = new Stack<QosTicket>();
        while (gate.TryEnter(QosClass.RealTime, 1, TimeSpan.Zero, out QosTicket ticket))
            held.Push(ticket);
        int full = held.Count;
        Assert.False(gate.TryEnter(QosClass.RealTime, 1, TimeSpan.FromMilliseconds(1), out _));
        using var cancelled = new CancellationTokenSource();
        cancelled.Cancel();
        Assert.False(gate.TryEnter(QosClass.RealTime, 1, _patience, out _, cancelled.Token));
        bool entered = false;
        var waiter = new Thread(() => entered = gate.TryEnter(QosClass.RealTime, 1, _patience, out _));
        waiter.Start();
        gate.Leave(held.Pop());
        Assert.True(waiter.Join(_patience));
        Assert.True(entered);
        Assert.Equal(full, gate.InUse(QosClass.RealTime));
    }

    [Fact]
    public void Under_load_of_all_classes_everybody_gets_through()
    {
        var gate = new QosGate(new() { Slots = 16, Bytes = 4096 });
        int done = 0;
        Thread[] threads = [.. Enumerable.Range(0, 12).Select(n => new Thread(() =>
        {
            for (int i = 0; i < 400; i++)
            {
                if (!gate.TryEnter((QosClass)(n % 4), 300, _patience, out QosTicket ticket))
                    return;
                Thread.Yield();
                gate.Leave(ticket);
                Interlocked.Increment(ref done);
            }
        }))];
        foreach (Thread thread in threads)
            thread.Start();
        foreach (Thread thread in threads)
            Assert.True(thread.Join(_patience), "a thread waits at the gate for ever");
        Assert.Equal(12 * 400, done);
    }

    [Fact]
    public void The_meter_counts_what_was_late_failed_and_dropped()
    {
        var meter = new QosMeter();
        QosProfile profile = QosProfile.For(1);
        long Ticks(int microseconds) => microseconds * (Stopwatch.Frequency / 1_000_000);
        meter.Record(profile, true, 1000, 0, Ticks(100));
        meter.Record(profile, true, 1000, Ticks(100), Ticks(201));
        meter.Record(profile, false, 1000, Ticks(201), Ticks(250));
        meter.RecordDropped(Ticks(250));
        QosReport report = meter.Read();
        Assert.Equal((4, 2, 1, 1), (report.Sent, report.Succeeded, report.Failed, report.Dropped));
        Assert.Equal((1, 0), (report.LatencyViolations, report.JitterViolations));
        Assert.Equal(0.5, report.Loss);
        Assert.Equal(3000 * 8 / 250e-6, report.BitsPerSecond, 0);
        meter.Record(profile, true, 0, 0, Ticks(5000));
        Assert.Equal((2, 1), (meter.Read().LatencyViolations, meter.Read().JitterViolations));
        Assert.Equal(4, meter.Latency.Count);
    }

    [Theory]
    [InlineData(0, QosClass.BestEffort, 10000)]
    [InlineData(1, QosClass.RealTime, 100)]
    [InlineData(2, QosClass.RealTime, 200)]
    [InlineData(4, QosClass.Reliable, 500)]
    [InlineData(6, QosClass.Reliable, 300)]
    [InlineData(8, QosClass.Reliable, 400)]
    [InlineData(11, QosClass.Throughput, 1000)]
    [InlineData(15, QosClass.BestEffort, 5000)]
    [InlineData(66, QosClass.BestEffort, 10000)]
    public void Profiles_are_the_originals(ushort service, QosClass qosClass, int microseconds)
    {
        QosProfile profile = QosProfile.For(service);
        Assert.Equal((qosClass, TimeSpan.FromMicroseconds(microseconds)), (profile.Class, profile.MaxLatency));
    }
}
