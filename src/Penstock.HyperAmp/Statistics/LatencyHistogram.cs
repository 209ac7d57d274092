using System;
using System.Numerics;
using System.Threading;

namespace Penstock.HyperAmp.Statistics;

/// <summary>Durations in buckets that are at most 1/32 wide: recorded by any thread, allocation free, of fixed size.</summary>
/// <remarks>
/// <code>
///   0 … 63 ns      one bucket each
///   64 … 127       32 buckets of 2          2^k … 2^(k+1)-1    32 buckets of 2^(k-5)
/// </code>
/// The last bucket ends at about 18 minutes and takes everything longer. Reading while others record gives some moment
/// of each bucket, not one moment of all.
/// </remarks>
public sealed class LatencyHistogram
{
    private const int LinearBits = 6;
    private const int Fractions = 1 << (LinearBits - 1);
    private const int LongestBits = 40;
    private const int Buckets = (LongestBits - LinearBits + 2) * Fractions;

    private readonly long[] _counts = new long[Buckets];
    private long _count;
    private long _sum;
    private long _maximum;
    private long _minimum = long.MaxValue;

    /// <summary>Durations recorded.</summary>
    public long Count => Volatile.Read(ref _count);

    /// <summary>The shortest, in nanoseconds; 0 when there is none.</summary>
    public long Minimum => Count == 0 ? 0 : Volatile.Read(ref _minimum);

    /// <summary>The longest, in nanoseconds.</summary>
    public long Maximum => Volatile.Read(ref _maximum);

    /// <summary>The mean, in nanoseconds.</summary>
    public double Mean => Count == 0 ? 0 : (double)Volatile.Read(ref _sum) / Count;

    /// <summary>Records one duration.</summary>
    /// <param name="nanoseconds">Negative counts as 0.</param>
    public void Record(long nanoseconds)
    {
        nanoseconds = Math.Max(0, nanoseconds);
        Interlocked.Increment(ref _counts[BucketOf(nanoseconds)]);
        Interlocked.Add(ref _sum, nanoseconds);
        Interlocked.Increment(ref _count);
        Raise(ref _maximum, nanoseconds);
        Lower(ref _minimum, nanoseconds);
    }

    /// <summary>The duration that this share of all is not above, in nanoseconds.</summary>
    /// <param name="share">0 to 1; 0.99 for p99.</param>
    /// <returns>The upper end of the bucket, but never more than <see cref="Maximum"/>; 0 when there is none.</returns>
    public long Percentile(double share)
    {
        long count = Count;
        long rank = Math.Clamp((long)Math.Ceiling(share * count), 1, Math.Max(1, count));
        long seen = 0;
        for (int i = 0; i < Buckets && count > 0; i++)
        {
            seen += Volatile.Read(ref _counts[i]);
            if (seen >= rank)
                return Math.Min(UpperEndOf(i), Maximum);
        }
        return Maximum;
    }

    /// <summary>Adds what another has recorded.</summary>
    public void Add(LatencyHistogram other)
    {
        if (other.Count == 0)
            return;
        for (int i = 0; i < Buckets; i++)
            Interlocked.Add(ref _counts[i], Volatile.Read(ref other._counts[i]));
        Interlocked.Add(ref _sum, Volatile.Read(ref other._sum));
        Interlocked.Add(ref _count, other.Count);
        Raise(ref _maximum, other.Maximum);
        Lower(ref _minimum, other.Minimum);
    }

    /// <summary>Forgets everything; nobody may record meanwhile.</summary>
    public void Clear()
    {
        Array.Clear(_counts);
        _count = _sum = _maximum = 0;
        _minimum = long.MaxValue;
    }

    private static int BucketOf(long value)
    {
        if (value < 1 << LinearBits)
            return (int)value;
        int bits = BitOperations.Log2((ulong)value);
        if (bits >= LongestBits)
            return Buckets - 1;
        return (bits - LinearBits + 2) * Fractions + (int)(value >> (bits - LinearBits + 1)) - Fractions;
    }

    private static long UpperEndOf(int bucket)
    {
        if (bucket < 1 << LinearBits)
            return bucket;
        int shift = bucket / Fractions - 1;
        return ((long)(bucket % Fractions + Fractions + 1) << shift) - 1;
    }

    private static void Raise(ref long word, long value)
    {
        long seen = Volatile.Read(ref word);
        while (value > seen)
            seen = Interlocked.CompareExchange(ref word, value, seen) is var before && before == seen ? value : before;
    }

    private static void Lower(ref long word, long value)
    {
        long seen = Volatile.Read(ref word);
        while (value < seen)
            seen = Interlocked.CompareExchange(ref word, value, seen) is var before && before == seen ? value : before;
    }
}
