using System;
using System.Globalization;
using System.Text.RegularExpressions;
using Penstock.TestBed;

namespace Penstock.Bench.Tunnel;

/// <summary>wrk against nginx: requests a second, their latency, and the tunnel's CPU time for each.</summary>
internal sealed partial class RequestLoad(string key, int connections, bool keepAlive) : ILoad
{
    public string Key => key;

    public string Title => $"wrk, {connections} connections, {(keepAlive ? "keep-alive" : "one connection a request")}";

    public RigKind Rig { get; } = new(8500, ProxyKind.ReferenceRelay);

    public Sample Run(Rig rig, int seconds)
    {
        double before = ProcessCost.Cpu(rig.Tunnel.Pid);
        string text = rig.RunClient("wrk", [
            "-t", "1", "-c", $"{connections}", "-d", $"{seconds}s", "--latency", .. keepAlive ? Array.Empty<string>() : ["-H", "Connection: close"],
            $"http://{Bed.ServerAddress}:{Bench.Tunnel.Rig.HttpPort}/"]);
        double after = ProcessCost.Cpu(rig.Tunnel.Pid);

        double requests = Number(Requests().Match(text));
        return new Sample
        {
            [Figure.Rate] = Number(RequestRate().Match(text)),
            [Figure.RequestCost] = (after - before) * 1e6 / requests,
            [Figure.P50] = Milliseconds(Percentile50().Match(text)),
            [Figure.P99] = Milliseconds(Percentile99().Match(text)),
            [Figure.Failed] = Errors().Match(text) is { Success: true } errors ? Sum(errors) : 0,
        };
    }

    private static double Number(Match match) => match.Success
        ? double.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture)
        : throw new FormatException("wrk's output has changed");

    private static double Milliseconds(Match match) => Number(match) * match.Groups[2].Value switch
    {
        "us" => 0.001,
        "ms" => 1,
        _ => 1000,
    };

    private static double Sum(Match match)
    {
        double sum = 0;
        for (int i = 1; i < match.Groups.Count; i++)
            sum += double.Parse(match.Groups[i].ValueSpan, CultureInfo.InvariantCulture);
        return sum;
    }

    [GeneratedRegex(@"(\d+) requests in")]
    private static partial Regex Requests();

    [GeneratedRegex(@"Requests/sec:\s+([\d.]+)")]
    private static partial Regex RequestRate();

    [GeneratedRegex(@"50%\s+([\d.]+)(us|ms|s)")]
    private static partial Regex Percentile50();

    [GeneratedRegex(@"99%\s+([\d.]+)(us|ms|s)")]
    private static partial Regex Percentile99();

    [GeneratedRegex(@"Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)")]
    private static partial Regex Errors();
}
