using System;
using System.Linq;
using System.Threading;
using Penstock.HyperAmp.Statistics;
using Xunit;

namespace Penstock.HyperAmp.Tests.Statistics;

/// <summary>The histogram against sorted lists of the same durations.</summary>
public class LatencyHistogramRules
{
    [Fact]
    public void Percentiles_are_at_most_a_32nd_above_the_true_ones_and_never_below()
    {
        var random = new Random(5);
        foreach (int bits in new[] { 4, 10, 20, 36 })
        {
            var histogram = new LatencyHistogram();
            long[] values = [.. Enumerable.Range(0, 2000).Select(_ => random.NextInt64(1L << bits))];
            foreach (long value in values)
                histogram.Record(value);
            Array.Sort(values);
            foreach (double share in new[] { 0.01, 0.5, 0.9, 0.99, 0.999, 1 })
            {
                long exact = values[(int)Math.Ceiling(share * values.Length) - 1];
                Assert.InRange(histogram.Percentile(share), exact, exact + exact / 32 + 1);
            }
            Assert.Equal((values[0], values[^1]), (histogram.Minimum, histogram.Maximum));
            Assert.Equal(values.Average(), histogram.Mean, 3);
        }
    }

    [Fact]
    public void Every_power_of_two_and_its_neighbours_fall_into_buckets_that_hold_them()
    {
        for (int bits = 0; bits < 63; bits++)
        {
            foreach (long value in new[] { (1L << bits) - 1, 1L << bits, (1L << bits) + 1 })
            {
                var histogram = new LatencyHistogram();
                histogram.Record(value);
                histogram.Record(long.MaxValue);
                long half = histogram.Percentile(0.5);
                Assert.True(half >= Math.Min(value, (1L << 40) - 1), $"{value} is reported as {half}");
            }
        }
    }

    [Fact]
    public void An_empty_one_reports_zero_and_negative_durations_count_as_zero()
    {
        var histogram = new LatencyHistogram();
        Assert.Equal((0, 0, 0), (histogram.Percentile(0.5), histogram.Minimum, histogram.Maximum));
        histogram.Record(-5);
        Assert.Equal((1, 0), (histogram.Count, histogram.Percentile(1)));
    }

    [Fact]
    public void Adding_equals_recording_both()
    {
        var one = new LatencyHistogram();
        var two = new LatencyHistogram();
        var both = new LatencyHistogram();
        for (int i = 1; i < 3000; i++)
        {
            (i % 3 == 0 ? one : two).Record(i * 37);
            both.Record(i * 37);
        }
        one.Add(two);
        Assert.Equal(both.Count, one.Count);
        Assert.Equal((both.Minimum, both.Maximum, both.Mean), (one.Minimum, one.Maximum, one.Mean));
        for (double share = 0.01; share <= 1; share += 0.01)
            Assert.Equal(both.Percentile(share), one.Percentile(share));
        one.Clear();
        Assert.Equal(0, one.Count);
    }

    [Fact]
    public void Threads_lose_no_record_and_recording_allocates_nothing()
    {
        var histogram = new LatencyHistogram();
        long allocated = 0;
        Thread[] threads = [.. Enumerable.Range(0, 4).Select(_ => new Thread(() =>
        {
            histogram.Record(0);
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 1; i < 10000; i++)
                histogram.Record(i);
            Interlocked.Add(ref allocated, GC.GetAllocatedBytesForCurrentThread() - before);
        }))];
        foreach (Thread thread in threads)
            thread.Start();
        foreach (Thread thread in threads)
            thread.Join();
        Assert.Equal((40000, 0), (histogram.Count, allocated));
    }
}
