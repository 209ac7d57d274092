using System;

namespace Penstock.Tunnel.Shards;

/// <summary>Decides whether a shard that has a datagram to take lets others gather behind it before it reads.</summary>
/// <remarks>
/// What network cards call interrupt moderation. A burst calls the shard with its first datagram, and again and again
/// while it lasts, since the shard is quicker than whoever sends; each time costs a switch of threads here and a wake-up of
/// the receiver there. So does a stream that is so fast that the shard never sleeps: it takes a few datagrams each time.
/// <code>
///   burst     ||||||||||||||                  ||||||||||||||
///   at once   w.w..w..w..w.                                      five wake-ups
///   gathered                                  w------r           two, one batch
///             '--- Span ---'
/// </code>
/// It pays when datagrams come so fast that they would call several times within <see cref="Span"/>, and go on coming; it
/// does not when few come, since a question and its answer would only wait, nor for bursts with a rest between them, since
/// the timer costs as much as three calls. So it is tried when it would have paid several times in a row, and ends soon
/// after it no longer does. Text of TCP ends it at once: its windows wait for no timer. For one thread.
/// </remarks>
internal sealed class WakeUpModeration
{
    /// <summary>Microseconds that datagrams gather.</summary>
    public const long Span = 100;

    private const int WorthDatagrams = 12;
    private const long MostBetween = 8;
    private const int WorthWakeUps = 3;
    private const int Begins = 4;
    private const int Most = 8;

    private long _begun = long.MinValue / 2;
    private long _datagramsBefore;
    private long _segmentsBefore;
    private int _wakeUps;
    private int _score;
    private bool _gathered;

    /// <summary>The shard was woken, or found something when it looked.</summary>
    /// <param name="now">When, in microseconds.</param>
    /// <param name="datagrams">Datagrams that it has relayed so far, both ways.</param>
    /// <param name="segments">TCP segments so far, both ways.</param>
    /// <returns>True when it is to sleep for <see cref="Span"/> before it reads.</returns>
    public bool Gathers(long now, long datagrams, long segments)
    {
        if (now - _begun < Span && !_gathered)
        {
            _wakeUps++;
            return false;
        }
        Judge(datagrams - _datagramsBefore, now - _begun, segments != _segmentsBefore);
        _begun = now;
        _datagramsBefore = datagrams;
        _segmentsBefore = segments;
        _wakeUps = 1;
        _gathered = _score >= Begins;
        return _gathered;
    }

    private void Judge(long datagrams, long elapsed, bool hasText)
    {
        if (hasText)
            _score = 0;
        else if (datagrams >= Math.Max(WorthDatagrams, elapsed / MostBetween) && (_gathered || _wakeUps >= WorthWakeUps))
            _score = Math.Min(_score + 1, Most);
        else
            _score = Math.Max(_score - 2, 0);
    }
}
