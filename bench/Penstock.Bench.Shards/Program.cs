using System;
using System.Collections.Generic;
using System.Globalization;
using System.Threading;
using Penstock.Bench.Shards;
using Penstock.Linux;
using Penstock.Linux.Processes;
using Penstock.Stack.Buffers;

// Rounds of one shard and of several in turn; the ratio is taken round by round, so that it survives a machine whose
// speed drifts. Shards share the memory budget and the packet memory, as they do in a tunnel.
int shards = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : Processors.Allowed().Count;
const int Rounds = 9;
List<double> ratios = [];
List<double> single = [];
List<double> all = [];
Measure(shards); // warms the code up
for (int round = 0; round < Rounds; round++)
{
    single.Add(Measure(1));
    all.Add(Measure(shards));
    ratios.Add(all[^1] / single[^1]);
}
Console.WriteLine($"| shards | packets a second, median | over one shard, median (min to max) |");
Console.WriteLine("|---|---|---|");
Console.WriteLine($"| 1 | {Median(single):0} | 1 |");
Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {shards} | {Median(all):0} | {Median(ratios):0.00} ({ratios[0]:0.00} to {ratios[^1]:0.00}) |"));
return 0;

static double Measure(int count)
{
    MemoryBudget budget = new(256L << 20);
    MappedMemory memory = new();
    MemoryShard[] shards = new MemoryShard[count];
    Thread[] threads = new Thread[count];
    double[] rates = new double[count];
    using Barrier start = new(count);
    for (int i = 0; i < count; i++)
    {
        int index = i;
        threads[i] = new Thread(() =>
        {
            new ProcessorPin().Hold(index);
            MemoryShard shard = shards[index] = new MemoryShard(index, count, memory, budget);
            shard.Open();
            start.SignalAndWait();
            rates[index] = Rate(shard);
        });
        threads[i].Start();
    }
    double sum = 0;
    for (int i = 0; i < count; i++)
    {
        threads[i].Join();
        sum += rates[i];
    }
    return sum;
}

static double Rate(MemoryShard shard)
{
    const long Microseconds = 700_000;
    long packets = shard.Packets;
    long begin = MonotonicClock.Microseconds;
    long now = begin;
    while (now - begin < Microseconds)
    {
        for (int i = 0; i < 16; i++)
            shard.Turn();
        now = MonotonicClock.Microseconds;
    }
    return (shard.Packets - packets) * 1e6 / (now - begin);
}

static double Median(List<double> values)
{
    values.Sort();
    return values[values.Count / 2];
}
