namespace Penstock.Tunnel.Logging;

/// <summary>What a running tunnel has to say, a limiter for each kind: traffic alone cannot flood the log.</summary>
/// <remarks>
/// The clock is the shards': microseconds. At warn stands what somebody can mend, at info what apps and destinations do.
/// Each kind is counted in full by the statistics.
/// </remarks>
internal sealed class Notices(ILog log)
{
    private const long Second = 1_000_000;

    /// <summary>A destination that the proxy refused.</summary>
    public LogLimiter Refused { get; } = new(log, LogLevel.Info, 10, Second);

    /// <summary>A session that broke in mid-stream.</summary>
    public LogLimiter Broken { get; } = new(log, LogLevel.Info, 10, Second);

    /// <summary>The proxy cannot be reached or does not do what a proxy does.</summary>
    public LogLimiter Proxy { get; } = new(log, LogLevel.Warn, 3, 10 * Second);

    /// <summary>What goes direct cannot, for something that this host's configuration says.</summary>
    public LogLimiter Direct { get; } = new(log, LogLevel.Warn, 3, 10 * Second);

    /// <summary>One of several proxies went down or came back.</summary>
    public LogLimiter ProxyState { get; } = new(log, LogLevel.Warn, 10, 10 * Second);

    /// <summary>What goes direct comes back into the tunnel.</summary>
    public LogLimiter Loop { get; } = new(log, LogLevel.Warn, 1, 60 * Second);

    /// <summary>No descriptor is left.</summary>
    public LogLimiter Descriptors { get; } = new(log, LogLevel.Warn, 1, 10 * Second);

    /// <summary>A session ended for another's sake.</summary>
    public LogLimiter Evicted { get; } = new(log, LogLevel.Warn, 1, 60 * Second);

    /// <summary>Too many apps that do not complete their handshake.</summary>
    public LogLimiter HalfOpen { get; } = new(log, LogLevel.Warn, 1, 60 * Second);

    /// <summary>The memory budget is spent.</summary>
    public LogLimiter Memory { get; } = new(log, LogLevel.Warn, 1, 60 * Second);

    /// <summary>A shard does not keep up with what others hand over.</summary>
    public LogLimiter Mailbox { get; } = new(log, LogLevel.Warn, 1, 60 * Second);

    /// <summary>The device refuses packets.</summary>
    public LogLimiter Device { get; } = new(log, LogLevel.Warn, 1, 10 * Second);
}
