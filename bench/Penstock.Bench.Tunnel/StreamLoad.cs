using System;
using System.Globalization;
using System.Linq;
using System.Text.Json;
using Penstock.TestBed;

namespace Penstock.Bench.Tunnel;

/// <summary>iperf3 through the tunnel and the reference relay: throughput, and CPU seconds a gigabyte of both.</summary>
internal sealed class StreamLoad(bool up, int streams, int mtu) : ILoad
{
    private const double Giga = 1e9;

    public string Key => string.Create(CultureInfo.InvariantCulture, $"{(up ? "up" : "down")}{streams}");

    public string Title => $"TCP {(up ? "up" : "down")}, {streams} stream{(streams == 1 ? "" : "s")}, MTU {mtu}";

    public RigKind Rig { get; } = new(mtu, ProxyKind.ReferenceRelay);

    public Sample Run(Rig rig, int seconds)
    {
        double relayBefore = ProcessCost.Cpu(rig.Proxy.Pid);
        ProcessCost before = ProcessCost.Of(rig.Tunnel.Pid);
        string json = rig.RunClient("iperf3", [
            "-c", Bed.ServerAddress, "-p", $"{Bench.Tunnel.Rig.IperfPort}", "-t", $"{seconds}", "-P", $"{streams}", "-J", .. up ? Array.Empty<string>() : ["-R"]]);
        ProcessCost after = ProcessCost.Of(rig.Tunnel.Pid);
        double relayAfter = ProcessCost.Cpu(rig.Proxy.Pid);

        using var document = JsonDocument.Parse(json);
        JsonElement received = document.RootElement.GetProperty("end").GetProperty("sum_received");
        double gigabytes = received.GetProperty("bytes").GetDouble() / Giga;
        double cost = (after.CpuSeconds - before.CpuSeconds) / gigabytes;
        double relay = (relayAfter - relayBefore) / gigabytes;
        var sample = new Sample
        {
            [Figure.Throughput] = received.GetProperty("bits_per_second").GetDouble() / Giga,
            [Figure.Cost] = cost,
            [Figure.RelayCost] = relay,
            [Figure.OverRelay] = cost / relay,
        };
        if (LeastShare(before, after) is { } share)
            sample[Figure.LeastShare] = share;
        return sample;
    }

    /// <summary>The least busy shard's part of all shards' time; null where no thread is named a shard.</summary>
    private static double? LeastShare(ProcessCost before, ProcessCost after)
    {
        double[] spent = [.. after.Threads
            .Where(thread => thread.Name.Contains("shard", StringComparison.OrdinalIgnoreCase))
            .Select(thread => thread.CpuSeconds - (before.Threads.FirstOrDefault(earlier => earlier.Id == thread.Id)?.CpuSeconds ?? 0))];
        return spent.Length < 2 || spent.Sum() == 0 ? null : 100 * spent.Min() / spent.Sum();
    }
}
