using System;
using System.Globalization;
using Penstock.TestBed;

namespace Penstock.Bench.Tunnel;

/// <summary>Datagrams of 1 400 bytes one way: throughput, loss, and CPU time for each that arrived.</summary>
/// <param name="up">From the client; otherwise from the proxy.</param>
/// <param name="way">`socks5.udp`.</param>
/// <param name="gigabits">Offered, in Gbit/s of payload; 0 for as many as the sender can send.</param>
/// <param name="segments">Datagrams that the sender hands to its kernel at once (UDP_SEGMENT), and the receiver takes (UDP_GRO).</param>
internal sealed class DatagramLoad(bool up, string way, double gigabits, int segments = 1) : ILoad
{
    private const int Size = 1400;
    private const double Giga = 1e9;

    private readonly string speed = gigabits == 0 ? "max" : gigabits.ToString("0.0##", CultureInfo.InvariantCulture);

    public string Key => $"{way}-{(up ? "up" : "down")}{(segments > 1 ? "-gso" : "")}-{speed}";

    public string Title => string.Create(
        CultureInfo.InvariantCulture,
        $"UDP {(up ? "up" : "down")}, mode {way}, {(gigabits == 0 ? "as fast as it goes" : $"{speed} Gbit/s offered")}{(segments > 1 ? $", in rows of {segments} (UDP_SEGMENT, UDP_GRO)" : "")}");

    public RigKind Rig { get; } = new(1500, ProxyKind.Datagrams, Udp: way);

    public Sample Run(Rig rig, int seconds)
    {
        double before = ProcessCost.RunTime(rig.Tunnel.Pid);
        Transfer transfer = Send(rig, seconds);
        double spent = ProcessCost.RunTime(rig.Tunnel.Pid) - before;
        var sample = new Sample
        {
            [Figure.Throughput] = transfer.Throughput,
            [Figure.DatagramCost] = spent * 1e6 / Math.Max(1, transfer.Received),
        };
        if (gigabits > 0)
        {
            sample[Figure.Loss] = 100 * (1 - transfer.Received / transfer.Sent);
            return sample;
        }
        sample[Figure.SenderBusy] = 100 * transfer.Busy / transfer.Elapsed;
        if (way == "udp")
            sample[Figure.ThroughputOverDirect] = transfer.Throughput / Send(rig, seconds, Bed.NetAddress, "1080").Throughput;
        return sample;
    }

    private Transfer Send(Rig rig, int seconds, params string[] proxy)
    {
        int rate = (int)(gigabits * Giga / 8 / Size);
        double before = ProcessCost.Cpu(rig.Proxy.Pid); // its sending threads have ended by then
        string[] words = rig.RunClient(
            rig.Tools.Datagrams, [up ? "up" : "down", Bed.ServerAddress, $"{Size}", $"{rate}", $"{seconds}", $"{segments}", .. proxy]).Split(' ');
        double busy = up ? Number(words[7]) : ProcessCost.Cpu(rig.Proxy.Pid) - before;
        return new Transfer(Number(words[1]), Number(words[3]), Number(words[5]), busy);
    }

    private static double Number(string word) => double.Parse(word, CultureInfo.InvariantCulture);

    /// <summary>What a transfer was. The sender is the client, or downwards the proxy itself; it has one thread.</summary>
    private readonly record struct Transfer(double Sent, double Received, double Elapsed, double Busy)
    {
        public double Throughput => Received * Size * 8 / Elapsed / Giga;
    }
}
