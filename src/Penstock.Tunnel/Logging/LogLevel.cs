namespace Penstock.Tunnel.Logging;

/// <summary>How much a log line matters, least first (<c>misc.log-level</c>).</summary>
public enum LogLevel
{
    /// <summary>Life cycles and handshake steps.</summary>
    Debug,

    /// <summary>Each new session and why one failed.</summary>
    Info,

    /// <summary>Something does not work as configured.</summary>
    Warn,

    /// <summary>The tunnel, or a part of it, cannot work.</summary>
    Error,
}
