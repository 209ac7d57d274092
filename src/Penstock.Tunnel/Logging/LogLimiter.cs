using System;
using System.Threading;

namespace Penstock.Tunnel.Logging;

/// <summary>Lines about one kind of event, so many in an interval at most; what is left out is counted and told.</summary>
/// <remarks>
/// For what a peer can cause as often as it likes: refusals, evictions, malformed packets. Safe from any thread, no lock,
/// no allocation while lines are left out. A caller asks <see cref="IsDue"/> before it builds a text.
/// </remarks>
/// <param name="log">Where lines go.</param>
/// <param name="level">Their level.</param>
/// <param name="burst">Lines in an interval, 1 or more.</param>
/// <param name="interval">Its length in the unit of the caller's clock, 1 or more.</param>
public sealed class LogLimiter(ILog log, LogLevel level, int burst, long interval)
{
    private readonly int _burst = burst > 0 ? burst : throw new ArgumentOutOfRangeException(nameof(burst));
    private readonly long _interval = interval > 0 ? interval : throw new ArgumentOutOfRangeException(nameof(interval));
    private long _intervalStart = long.MinValue;
    private int _written;
    private long _leftOut;

    /// <summary>Counts one event; true when it may have its line.</summary>
    /// <param name="now">The caller's clock; never before an earlier call of the same thread.</param>
    public bool IsDue(long now)
    {
        if (!log.IsOn(level))
            return false;
        long start = Volatile.Read(ref _intervalStart);
        bool isOver = start == long.MinValue || now - start >= _interval;
        if (isOver && Interlocked.CompareExchange(ref _intervalStart, now, start) == start)
            Volatile.Write(ref _written, 0);
        if (Volatile.Read(ref _written) < _burst && Interlocked.Increment(ref _written) <= _burst)
            return true;
        Interlocked.Increment(ref _leftOut);
        return false;
    }

    /// <summary>Writes the line of an event that is due, and how many were left out since the last one.</summary>
    public void Write(string text)
    {
        long leftOut = Interlocked.Exchange(ref _leftOut, 0);
        log.Write(level, leftOut == 0 ? text : $"{text} (and {leftOut} more like it)");
    }
}
