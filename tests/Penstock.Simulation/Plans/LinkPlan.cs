namespace Penstock.Simulation.Plans;

/// <summary>What one direction of the link does to packets.</summary>
public sealed record LinkPlan
{
    /// <summary>Time across, in microseconds.</summary>
    public int Delay { get; init; }

    /// <summary>Further time across, up to this, so that packets overtake each other.</summary>
    public int Jitter { get; init; }

    /// <summary>Share of packets that get the jitter.</summary>
    public double Reorder { get; init; }

    /// <summary>Share of packets that vanish.</summary>
    public double Loss { get; init; }

    /// <summary>Chance that a packet within 20 ms after a lost one is lost as well.</summary>
    public double LossBurst { get; init; }

    /// <summary>Share of packets that arrive twice.</summary>
    public double Duplication { get; init; }

    /// <summary>Share of packets in which a bit is turned over.</summary>
    public double Corruption { get; init; }

    /// <summary>Microseconds per kilobyte; 0 for no limit.</summary>
    public int Serialization { get; init; }

    /// <summary>Packets that wait before the link when it is busy; more are dropped.</summary>
    public int QueueLimit { get; init; } = 100;

    /// <summary>When the link goes down, after the start; 0 for never.</summary>
    public long BlackoutAt { get; init; }

    /// <summary>How long it stays down.</summary>
    public long BlackoutLength { get; init; }

    /// <summary>True when every packet arrives, unharmed.</summary>
    public bool IsReliable => Loss == 0 && Corruption == 0 && BlackoutAt == 0 && Serialization == 0;
}
