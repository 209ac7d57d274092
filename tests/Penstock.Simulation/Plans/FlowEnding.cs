namespace Penstock.Simulation.Plans;

/// <summary>How a flow is meant to end.</summary>
public enum FlowEnding
{
    /// <summary>Both sides send all they have, then FIN.</summary>
    Orderly,

    /// <summary>The app resets somewhere on the way.</summary>
    AppAborts,

    /// <summary>The uplink resets somewhere on the way.</summary>
    UplinkAborts,

    /// <summary>The uplink refuses: RST.</summary>
    Refused,

    /// <summary>The uplink is told that the destination is unreachable: ICMP.</summary>
    Unreachable,
}
