namespace Penstock.Tunnel.Configuration;

/// <summary>When an app's SYN is answered (<c>tunnel.accept</c>).</summary>
public enum AcceptMode
{
    /// <summary>When the proxy has answered: a refused destination is refused, an unreachable one unreachable.</summary>
    Proxy,

    /// <summary>At once, before anything is known; a failure resets the established connection.</summary>
    Early,
}
