namespace Penstock.Tunnel.Configuration;

/// <summary>Congestion control of the stack's sending side, towards the app (<c>tunnel.congestion</c>).</summary>
public enum CongestionAlgorithm
{
    /// <summary>CUBIC (RFC 9438).</summary>
    Cubic,

    /// <summary>NewReno (RFC 5681, RFC 6582).</summary>
    NewReno,
}
