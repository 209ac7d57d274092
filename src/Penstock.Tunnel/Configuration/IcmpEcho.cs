namespace Penstock.Tunnel.Configuration;

/// <summary>What becomes of an ICMP echo request that arrives on the device (<c>tunnel.icmp</c>).</summary>
public enum IcmpEcho
{
    /// <summary>It is dropped and counted.</summary>
    Off,

    /// <summary>The tunnel answers it itself.</summary>
    Reply,
}
