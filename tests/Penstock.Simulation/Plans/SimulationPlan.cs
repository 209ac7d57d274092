using System.Collections.Generic;
using Penstock.Stack;
using Penstock.Stack.Tcp;

namespace Penstock.Simulation.Plans;

/// <summary>One world, all of it decided by a seed.</summary>
public sealed record SimulationPlan
{
    /// <summary>The seed.</summary>
    public required ulong Seed { get; init; }

    /// <summary>The stack's time at the start, in microseconds.</summary>
    public long StartTime { get; init; }

    /// <summary>Start so that the stack's first sequence number lies this far before the wrap; 0 for anywhere.</summary>
    public int SequenceWrapAfter { get; init; }

    /// <summary>How the stack's connections behave.</summary>
    public required TcpOptions Options { get; init; }

    /// <summary>What the device does.</summary>
    public required DeviceOffload Offload { get; init; }

    /// <summary>Super-packets may be longer than an IP header can say.</summary>
    public bool TakesBig { get; init; }

    /// <summary>Bound of packet memory.</summary>
    public required long Budget { get; init; }

    /// <summary>Microseconds for which packets from the app gather before the shard reads them.</summary>
    public int BatchTime { get; init; }

    /// <summary>Share of the stack's packets that the device has no room for.</summary>
    public double DeviceFull { get; init; }

    /// <summary>App to stack.</summary>
    public required LinkPlan Up { get; init; }

    /// <summary>Stack to app.</summary>
    public required LinkPlan Down { get; init; }

    /// <summary>The flows.</summary>
    public required IReadOnlyList<FlowPlan> Flows { get; init; }

    /// <summary>True when the link may lose a packet.</summary>
    public bool IsLossy => !Up.IsReliable || !Down.IsReliable || DeviceFull > 0;
}
