using System.Threading;

namespace Penstock.Tunnel.Shards;

/// <summary>Whether a shard has been working without a rest: what it waited for a processor without having slept counts as work.</summary>
/// <remarks>Written by the shard's thread; <see cref="IsBusy"/> is for any.</remarks>
internal sealed class Occupancy
{
    /// <summary>Microseconds of a look back.</summary>
    public const long Span = 20_000;

    private const int BeginsBelow = 8; // asleep for less than an eighth
    private const int EndsAbove = 2;   // asleep for more than a half
    private const int Begins = 2;      // such spans in a row

    private long _since = long.MinValue;
    private long _asleep;
    private int _spans;
    private bool _busy;

    /// <summary>True from the second span almost without sleep to the first one with more of it than work.</summary>
    public bool IsBusy => Volatile.Read(ref _busy);

    /// <summary>When a busy shard looks back although it sleeps, in microseconds, so that it does not stay busy; never for any other.</summary>
    public long NextLook => _busy ? _since + Span : long.MaxValue;

    /// <summary>The shard has slept.</summary>
    /// <param name="microseconds">How long.</param>
    public void Slept(long microseconds) => _asleep += microseconds;

    /// <summary>Looks back, when it is time.</summary>
    /// <param name="now">In microseconds.</param>
    /// <returns>True when it has looked.</returns>
    public bool Look(long now)
    {
        if (_since == long.MinValue)
        {
            _since = now;
            _asleep = 0;
        }
        long elapsed = now - _since;
        if (elapsed < Span)
            return false;
        _spans = _asleep < elapsed / BeginsBelow ? _spans + 1 : 0;
        Volatile.Write(ref _busy, _spans >= Begins || (_busy && _asleep <= elapsed / EndsAbove));
        _since = now;
        _asleep = 0;
        return true;
    }
}
