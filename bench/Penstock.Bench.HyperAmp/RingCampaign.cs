using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Globalization;
using System.IO;

namespace Penstock.Bench.HyperAmp;

/// <summary>The ring beside its references, in turns: a C ring for round trips of 64 bytes, memcpy for transfers of 2 MiB.</summary>
/// <remarks>
/// <code>
///   round:   C ring ─ ours, separate blocks ─ ours, shared blocks ─ C memcpy ─ transfers
/// </code>
/// Ratios are those of one round; the median of the rounds is what a bar is held to. Our processes compile their code once
/// and for good: beside a spinning thread on a pinned processor the runtime's compiler would otherwise never get its turn.
/// </remarks>
internal sealed class RingCampaign(string reference, string region, double seconds)
{
    private const double MostLatency = 3, LeastTransfer = 0.4;

    private readonly List<double> _separate = [], _shared = [], _transfer = [], _inPlace = [];

    /// <summary>Runs the rounds and prints a line for each and the bars; the value is how many are missed.</summary>
    public int Run(int rounds, TextWriter output)
    {
        for (int round = 1; round <= rounds; round++)
        {
            Figure ring = Reference("ring"), copy = Reference("memcpy");
            Figure separate = Ours("ring-load", "separate"), shared = Ours("ring-load", "shared"), bulk = Ours("ring-bulk", "separate"), inPlace = Ours("ring-bulk-in-place", "separate");
            _separate.Add(separate.P50 / ring.P50);
            _shared.Add(shared.P50 / ring.P50);
            _transfer.Add(bulk.Rate / copy.Rate);
            _inPlace.Add(inPlace.Rate / copy.Rate);
            output.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"round {round}: 64 B p50 C {ring.P50:F2} us, separate {separate.P50:F2} us (p99 {separate.P99:F2}), shared {shared.P50:F2} us (p99 {shared.P99:F2}); 2 MiB {bulk.Rate / 1e9:F2} GB/s, in place {inPlace.Rate / 1e9:F2} GB/s, memcpy {copy.Rate / 1e9:F2} GB/s"));
        }
        int missed = Tell(output, "ring, 64 B, p50 over the C ring's, separate blocks", Median(_separate), "<=", MostLatency);
        Tell(output, "ring, 64 B, p50 over the C ring's, shared blocks", Median(_shared), "<=", MostLatency);
        missed += Tell(output, "bulk, 2 MiB, copied in and out, payload over memcpy", Median(_transfer), ">=", LeastTransfer);
        Tell(output, "bulk, 2 MiB, answer read in place, payload over memcpy", Median(_inPlace), ">=", LeastTransfer);
        return missed;
    }

    private static int Tell(TextWriter output, string name, double figure, string relation, double bar)
    {
        bool holds = relation == "<=" ? figure <= bar : figure >= bar;
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name,-62}{figure,8:F2}  bar {relation} {bar:F2}  {(holds ? "holds" : "MISSED")}"));
        return holds ? 0 : 1;
    }

    private Figure Reference(string role)
    {
        using Process process = Start(reference, 0, role, Seconds);
        return Read(process, role);
    }

    private Figure Ours(string role, string mode)
    {
        File.Delete(region);
        using Process server = Start(Environment.ProcessPath!, 1, "ring-serve", region, mode);
        try
        {
            if (server.StandardOutput.ReadLine() != "ready")
                throw new InvalidOperationException("the ring's backend does not start");
            using Process client = Start(Environment.ProcessPath!, 0, role, region, mode, Seconds);
            return Read(client, role);
        }
        finally
        {
            server.StandardInput.Close();
            if (!server.WaitForExit(TimeSpan.FromSeconds(20)))
                server.Kill();
            File.Delete(region);
        }
    }

    private string Seconds => seconds.ToString(CultureInfo.InvariantCulture);

    private static Process Start(string program, int processor, params string[] arguments)
    {
        // The references pin themselves; ours are pinned from outside, server and client on different processors.
        bool isOurs = program == Environment.ProcessPath;
        var start = isOurs ? new ProcessStartInfo("taskset", ["-c", $"{processor}", program, .. arguments]) : new ProcessStartInfo(program, arguments);
        start.RedirectStandardInput = true;
        start.RedirectStandardOutput = true;
        start.Environment["DOTNET_TieredCompilation"] = "0";
        return Process.Start(start) ?? throw new InvalidOperationException($"{program} does not start");
    }

    private static Figure Read(Process process, string role)
    {
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? Figure.Parse(output) : throw new InvalidOperationException($"{role} ended with {process.ExitCode}: {output}");
    }

    private static double Median(List<double> figures)
    {
        figures.Sort();
        return figures[figures.Count / 2];
    }
}
