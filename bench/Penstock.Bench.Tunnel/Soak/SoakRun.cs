using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Globalization;
using System.Linq;
using System.Threading;
using Penstock.TestBed;

namespace Penstock.Bench.Tunnel.Soak;

/// <summary>Mixed load for hours; the tunnel may cost work but must not grow.</summary>
/// <remarks>
/// Cycle: all loads at once → a rest → a sample of memory, descriptors and threads. The first cycles warm up and are not
/// judged. At the end a line is fitted through the samples of each quantity; its rise
/// is what is limited.
/// </remarks>
internal sealed class SoakRun(Contender contender, TimeSpan length, Tools tools, Congestion congestion)
{
    private const int LoadSeconds = 8;
    private const int WarmUpCycles = 3;
    private const int LeastCycles = WarmUpCycles + 4;

    private static readonly TimeSpan Troughs = TimeSpan.FromMinutes(6);
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    private readonly List<string> complaints = [];

    /// <summary>Runs, prints a line a cycle, and returns what is wrong; empty when nothing is.</summary>
    public IReadOnlyList<string> Run()
    {
        using var rig = new Rig(contender, new RigKind(1500, ProxyKind.ReferenceRelay), tools, congestion);
        rig.StartServer("server", Rig.MovesPort, "dotnet", "exec", Rig.Peer, "serve", Text(Rig.MovesPort));
        Quantity[] quantities =
        [
            new("resident memory, MB", Allowance: 6, PerHour: 2, Troughs, cost => cost.ResidentBytes / 1e6),
            new("descriptors", Allowance: 4, PerHour: 1, TimeSpan.Zero, cost => cost.Descriptors),
            new("threads", Allowance: 3, PerHour: 1, TimeSpan.Zero, cost => cost.Threads.Count),
        ];

        var watch = Stopwatch.StartNew();
        for (int cycle = 1; watch.Elapsed < length || cycle <= LeastCycles; cycle++)
        {
            RunLoads(rig, cycle);
            Thread.Sleep(Rest);
            if (rig.Tunnel.HasExited)
            {
                complaints.Add($"the tunnel ended in cycle {cycle} with status {rig.Tunnel.Status}:\n{rig.Tunnel.Output}");
                return complaints;
            }

            ProcessCost cost = ProcessCost.Of(rig.Tunnel.Pid);
            foreach (Quantity quantity in quantities.Where(_ => cycle > WarmUpCycles))
                quantity.Add(watch.Elapsed, cost);
            Console.WriteLine(
                $"{watch.Elapsed:hh\\:mm\\:ss} cycle {cycle}: {string.Join(", ", quantities.Select(quantity => quantity.Show(cost)))}, {cost.CpuSeconds:0.0} CPU s, {complaints.Count} complaints");
        }

        foreach (Quantity quantity in quantities)
        {
            Console.WriteLine(quantity.Verdict());
            if (!quantity.Holds)
                complaints.Add(quantity.Verdict());
        }

        return complaints;
    }

    private void RunLoads(Rig rig, int cycle)
    {
        string http = $"http://{Bed.ServerAddress}:{Rig.HttpPort}/";
        Child[] loads =
        [
            // iperf3's server takes one client at a time, so this one goes both ways.
            rig.StartClient("iperf3", "-c", Bed.ServerAddress, "-p", Text(Rig.IperfPort), "-t", Text(LoadSeconds), "-P", "3", "--bidir"),
            rig.StartClient("wrk", "-t", "1", "-c", "16", "-d", $"{LoadSeconds}s", http),
            rig.StartClient("wrk", "-t", "1", "-c", "8", "-d", $"{LoadSeconds}s", "-H", "Connection: close", http),
            rig.StartClient("dotnet", "exec", Rig.Peer, "move", Bed.ServerAddress, Text(Rig.MovesPort),
                "upload:4:8000000", "download:4:8000000", "both:8:1000000:3001", "half-close:8:100000", "end-first:8:100000", "reset-by-client:8:100000", "upload:2:3000:1"),
            rig.StartClient("dotnet", "exec", Rig.Peer, "move", Bed.ServerAddress6, Text(Rig.MovesPort), "both:20:500000", "reset-by-server:8:100000"),
        ];
        Child crowd = rig.StartClient("dotnet", "exec", Rig.Peer, "crowd", Bed.ServerAddress, Text(Rig.TwoWritePort));
        crowd.Write("open 400");
        string opened = crowd.WaitForLine(Patience, _ => true);
        if (opened != "opened 400 failed 0 none")
            complaints.Add($"cycle {cycle}: {opened}");
        crowd.Write("close");
        foreach (Child load in loads)
        {
            if (!load.WaitForExit(Patience) || load.Status != 0 || load.Output.Contains("Socket errors", StringComparison.Ordinal))
                complaints.Add($"cycle {cycle}: {load.Name}: {load.Output}");
            rig.Forget(load);
        }

        rig.Forget(crowd);
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
