namespace Penstock.Simulation.Peer;

/// <summary>How the app's end of a flow came to its end.</summary>
public enum PeerEnd
{
    /// <summary>Not yet.</summary>
    None,

    /// <summary>FIN both ways, both acknowledged.</summary>
    Closed,

    /// <summary>The stack sent RST.</summary>
    Reset,

    /// <summary>ICMP said that the destination is unreachable.</summary>
    Unreachable,

    /// <summary>The app itself sent RST.</summary>
    Aborted,
}
