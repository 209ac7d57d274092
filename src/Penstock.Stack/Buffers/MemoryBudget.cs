using System;
using System.Threading;

namespace Penstock.Stack.Buffers;

/// <summary>The one bound on packet memory, shared by all shards.</summary>
/// <remarks>
/// What counts is what is pinned: a 40-byte text that keeps a 64 KB buffer counts 64 KB. Thread-safe. All shards share
/// this word, so their pools take and give in larger parts than a buffer.
/// </remarks>
public sealed class MemoryBudget(long limit)
{
    private const int MostAdvance = 256 * 1024;
    private long _used;

    /// <summary>What each of so many pools takes in advance: all of them together keep a sixteenth of the limit at most.</summary>
    public int AdvanceOf(int pools) => (int)Math.Min(MostAdvance, Limit / (32 * Math.Max(1, pools)));

    /// <summary>The bound, in bytes.</summary>
    public long Limit { get; } = limit > 0 ? limit : throw new ArgumentOutOfRangeException(nameof(limit));

    /// <summary>Bytes in rented buffers at this moment, and what pools have taken in advance.</summary>
    public long Used => Volatile.Read(ref _used);

    /// <summary>True above three quarters of the limit: windows stop growing and text is copied out of large buffers.</summary>
    public bool IsTight => Used > Limit - Limit / 4;

    /// <summary>True when the limit is reached: what can wait waits.</summary>
    public bool IsSpent => Used >= Limit;

    /// <summary>Takes bytes; false, and nothing taken, when that would pass the limit.</summary>
    internal bool TryTake(int bytes)
    {
        if (Interlocked.Add(ref _used, bytes) <= Limit)
            return true;
        Interlocked.Add(ref _used, -bytes);
        return false;
    }

    /// <summary>Takes bytes whatever the limit says: for the few buffers without which nothing could ever be freed.</summary>
    internal void TakeAlways(int bytes) => Interlocked.Add(ref _used, bytes);

    internal void Give(long bytes) => Interlocked.Add(ref _used, -bytes);
}
