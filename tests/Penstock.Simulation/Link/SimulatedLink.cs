using System;
using Penstock.Simulation.Plans;

namespace Penstock.Simulation.Link;

/// <summary>One direction of a link that loses, repeats, reorders, delays and corrupts, as its plan and its dice say.</summary>
public sealed class SimulatedLink(EventQueue events, LinkPlan plan, Dice dice)
{
    private const long BurstLength = 20_000;

    private readonly long _start = events.Now;
    private long _freeAt;
    private long _lastLoss = long.MinValue / 2;

    /// <summary>Packets that never arrive.</summary>
    public int Lost { get; private set; }

    /// <summary>Sends a packet of <paramref name="size"/> bytes; what to do on its arrival is called once, twice or never.</summary>
    public void Send(int size, Action<Delivery> arrive)
    {
        long sinceStart = events.Now - _start;
        bool isDown = plan.BlackoutAt > 0 && sinceStart >= plan.BlackoutAt && sinceStart < plan.BlackoutAt + plan.BlackoutLength;
        bool isBurst = events.Now - _lastLoss < BurstLength;
        bool isLost = isDown || dice.Chance(isBurst ? Math.Max(plan.Loss, plan.LossBurst) : plan.Loss);
        if (isLost && !isBurst)
            _lastLoss = events.Now;
        long wait = Math.Max(0, _freeAt - events.Now);
        long transfer = (long)plan.Serialization * size / 1024;
        if (isLost || (plan.Serialization > 0 && wait > plan.QueueLimit * Math.Max(1, transfer)))
        {
            Lost++;
            return;
        }
        _freeAt = events.Now + wait + transfer;
        int copies = dice.Chance(plan.Duplication) ? 2 : 1;
        for (int i = 0; i < copies; i++)
        {
            Delivery delivery = dice.Chance(plan.Corruption) ? Delivery.Corrupted : Delivery.Whole;
            long jitter = dice.Chance(plan.Reorder) ? dice.Below(plan.Jitter) : 0;
            events.After(wait + transfer + plan.Delay + jitter, () => arrive(delivery));
        }
    }
}
