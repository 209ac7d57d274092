namespace Penstock.Tunnel.Uplinks;

/// <summary>Why a stream to the destination could not be opened, as the app is to be told.</summary>
public enum UplinkFailure
{
    /// <summary>The destination, or the way to it, refused: RST.</summary>
    Refused,

    /// <summary>No route to the network: ICMP network unreachable.</summary>
    NetworkUnreachable,

    /// <summary>The host did not answer: ICMP host unreachable.</summary>
    HostUnreachable,

    /// <summary>A rule forbids it: ICMP administratively prohibited.</summary>
    Prohibited,
}
