using System;

namespace Penstock.Stack.Icmp;

/// <summary>A rate limit with a burst, RFC 4443 (2.4 f).</summary>
/// <param name="perSecond">Tokens that flow in each second.</param>
/// <param name="burst">Tokens that the bucket holds; it starts full.</param>
internal sealed class TokenBucket(int perSecond, int burst)
{
    private const long Second = 1_000_000;

    // In millionths of a token, so that a microsecond brings a whole number of them.
    private long _level = burst * Second;
    private long _last = long.MinValue;

    /// <summary>Takes a token; false when there is none.</summary>
    public bool TryTake(long now)
    {
        // More than what fills the bucket needs no multiplication, and cannot overflow it.
        long passed = _last == long.MinValue ? 0 : Math.Clamp(now - _last, 0, burst * Second);
        _last = now;
        _level = Math.Min(burst * Second, _level + passed * perSecond);
        if (_level < Second)
            return false;
        _level -= Second;
        return true;
    }
}
