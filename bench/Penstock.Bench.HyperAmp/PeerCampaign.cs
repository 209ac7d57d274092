using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Globalization;
using System.IO;

namespace Penstock.Bench.HyperAmp;

/// <summary>The original's threaded commands by this repository's executable and by another implementation's, in every pairing.</summary>
/// <remarks>
/// The other executable takes <c>shm hyper_amp_service_test_mt CFG 4</c> and <c>shm hyper_amp_test_mt CFG DATA 66 THREADS
/// REQUESTS</c> and maps the region that the configuration, or <c>PENSTOCK_SHM</c>, names. What counts is what a user sees:
/// the program's run from start to end, and how many requests it says were completed.
/// </remarks>
/// <param name="peer">The other executable.</param>
/// <param name="rounds">Rounds; each pairing runs once in each.</param>
internal sealed class PeerCampaign(string peer, int rounds)
{
    private const int Requests = 10_000;
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan _startUp = TimeSpan.FromSeconds(1);

    private readonly string _region = $"/dev/shm/penstock-peer-{Environment.ProcessId}";
    private readonly string _configuration = Path.GetTempFileName();

    /// <summary>Prints a line for each pairing; the value is 0 when every request of every run was completed.</summary>
    public int Run(TextWriter output)
    {
        File.WriteAllText(_configuration, $$"""
            { "backend": "file", "path": "{{_region}}",
              "shm_regions": [
                { "region_flag": "linux-2-npucore-buf", "zone0_ram_ipa": "0xde000000", "zonex_ram_ipa": "0xde000000", "mem_size": "0x400000" },
                { "region_flag": "linux-2-npucore-msg", "zone0_ram_ipa": "0xde400000", "zonex_ram_ipa": "0xde410000", "mem_size": "0x1000" } ] }
            """);
        string ours = Environment.GetEnvironmentVariable("PENSTOCK_EXECUTABLE") ?? "penstock";
        int incomplete = 0;
        output.WriteLine($"{"client",-10}{"service",-10}{"threads",8}{"req/s",12}  completed");
        foreach ((string client, string service) in ((string, string)[])[(ours, ours), (ours, peer), (peer, ours), (peer, peer)])
        {
            foreach (int threads in (int[])[1, 4, 16])
            {
                List<double> rates = [];
                string completed = "";
                for (int round = 0; round < rounds; round++)
                {
                    (double rate, completed) = Once(client, service, threads);
                    incomplete += completed == $"{Requests}/{Requests}" ? 0 : 1;
                    rates.Add(rate);
                }
                rates.Sort();
                output.WriteLine(string.Create(
                    CultureInfo.InvariantCulture,
                    $"{Name(client, ours),-10}{Name(service, ours),-10}{threads,8}{rates[rates.Count / 2],12:F0}  {completed}"));
            }
        }
        File.Delete(_configuration);
        return incomplete == 0 ? 0 : 1;
    }

    private static string Name(string program, string ours) => program == ours ? "penstock" : "peer";

    private (double Rate, string Completed) Once(string client, string service, int threads)
    {
        foreach (string file in (string[])[_region, _region + ".side"])
            File.Delete(file);
        using Process serving = Start(service, "hyper_amp_service_test_mt", _configuration, "4");
        // Original programs do not say when they are ready.
        _ = serving.WaitForExit(_startUp);
        using Process calling = Start(client, "hyper_amp_test_mt", _configuration, "stress", "66", $"{threads}", $"{Requests}");
        bool ended = calling.WaitForExit(_patience);
        if (!ended)
            calling.Kill();
        string text = calling.StandardOutput.ReadToEnd();
        serving.Kill();
        serving.WaitForExit();
        foreach (string file in (string[])[_region, _region + ".side"])
            File.Delete(file);
        string rate = After(text, "Throughput:").Split(' ')[0];
        return (
            double.TryParse(rate, CultureInfo.InvariantCulture, out double number) ? number : 0,
            ended ? After(text, "Completed:") : $"hung for {_patience.TotalSeconds} s");
    }

    private static Process Start(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, ["shm", .. arguments]) { RedirectStandardOutput = true };
        return Process.Start(start) ?? throw new IOException($"{program} does not start");
    }

    private static string After(string text, string label)
    {
        int at = text.LastIndexOf(label, StringComparison.Ordinal);
        return at < 0 ? "" : text[(at + label.Length)..].Split('\n')[0].Trim();
    }
}
