using System;
using System.Globalization;
using System.Threading;
using Penstock.TestBed;

namespace Penstock.Bench.Tunnel;

/// <summary>Many sources ask once each and stay: how many are answered, what each costs in memory, what is left when they are idle.</summary>
/// <param name="way">`socks5.udp`.</param>
/// <param name="count">Number of sources.</param>
/// <param name="isDns">They ask DNS, and leave their associations to those who come next; otherwise each keeps its own.</param>
internal sealed class StormLoad(string way, int count, bool isDns) : ILoad
{
    private const double MemoryReturned = 1.2;
    private const int IdleSeconds = 15;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(1);

    public string Key => string.Create(CultureInfo.InvariantCulture, $"{(isDns ? "storm" : "sources")}-{way}-{count}");

    public string Title => string.Create(CultureInfo.InvariantCulture, $"{(isDns ? "DNS storm" : "echo")}, mode {way}, {count:N0} sources");

    public RigKind Rig { get; } = new(
        1500, ProxyKind.Datagrams, Fresh: true, Udp: way, MiscLines: $"  udp-read-write-timeout: {IdleSeconds * 1000}\n  limit-nofile: 20000");

    public Sample Run(Rig rig, int seconds)
    {
        _ = rig.RunClient(rig.Tools.Datagrams, "ask", Bed.ServerAddress, "53", "100");
        Thread.Sleep(Settling);
        ProcessCost before = ProcessCost.Of(rig.Tunnel.Pid);
        Child client = rig.StartClient(rig.Tools.Datagrams, "storm", Bed.ServerAddress, isDns ? "53" : "7", $"{count}");
        string[] words = client.WaitForLine(Patience, _ => true).Split(' ');
        ProcessCost held = ProcessCost.Of(rig.Tunnel.Pid);
        double answered = Number(words[3]);
        client.Stop();
        double bar = before.ResidentBytes * MemoryReturned;
        Eventually.Holds(TimeSpan.FromSeconds(IdleSeconds + 15), () => ProcessCost.Of(rig.Tunnel.Pid).ResidentBytes <= bar);
        var sample = new Sample
        {
            [Figure.Answered] = answered,
            [Figure.Rate] = answered / Number(words[5]),
            [Figure.AfterClose] = (double)ProcessCost.Of(rig.Tunnel.Pid).ResidentBytes / before.ResidentBytes,
        };
        if (!isDns && answered > 0)
            sample[Figure.PerSession] = (held.ResidentBytes - before.ResidentBytes) / 1024.0 / answered;
        return sample;
    }

    private static double Number(string word) => double.Parse(word, CultureInfo.InvariantCulture);
}
