using System;

namespace Penstock.Bench.HyperAmp;

/// <summary>Latencies in buckets of 10 ns up to 10 ms, as the C references keep them. One writer.</summary>
internal sealed class Latencies
{
    private const int Buckets = 1 << 20;
    private readonly uint[] _buckets = new uint[Buckets];

    public long Count { get; private set; }

    public long Maximum { get; private set; }

    public void Record(long nanoseconds)
    {
        _buckets[Math.Clamp(nanoseconds / 10, 0, Buckets - 1)]++;
        Count++;
        Maximum = Math.Max(Maximum, nanoseconds);
    }

    public void Add(Latencies other)
    {
        for (int i = 0; i < Buckets; i++)
            _buckets[i] += other._buckets[i];
        Count += other.Count;
        Maximum = Math.Max(Maximum, other.Maximum);
    }

    /// <summary>The latency at a share of all, in microseconds.</summary>
    public double At(double share)
    {
        long want = (long)(Count * share), seen = 0;
        for (int i = 0; i < Buckets; i++)
        {
            seen += _buckets[i];
            if (seen > want)
                return i == Buckets - 1 ? Maximum / 1000.0 : i / 100.0;
        }
        return 0;
    }
}
