using System;
using System.Diagnostics;
using System.Globalization;
using System.Threading;
using Penstock.TestBed;

namespace Penstock.Bench.Tunnel;

/// <summary>Opens sessions, moves data on each, holds them idle, closes them: rate, memory, wake-ups.</summary>
internal sealed class SessionLoad(string key, int count) : ILoad
{
    private const int InFlight = 256;
    private const double MemoryReturned = 1.2;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(70);
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    public string Key => key;

    public string Title => $"{count.ToString("N0", CultureInfo.InvariantCulture)} sessions";

    public RigKind Rig { get; } = new(8500, ProxyKind.Echo, Fresh: true);

    public Sample Run(Rig rig, int seconds)
    {
        WarmUp(rig);
        ProcessCost before = ProcessCost.Of(rig.Tunnel.Pid);
        Child client = rig.StartClient(rig.Tools.Sessions, Bed.ServerAddress, "7", $"{count}", $"{InFlight}");
        string[] opened = Ask(client, "open");
        string[] moved = Ask(client, "move");
        double held = double.Parse(opened[1], CultureInfo.InvariantCulture);

        // What follows is about a tunnel at rest: acknowledgements and timers of the load just ended come first.
        Thread.Sleep(Settling);
        ProcessCost idle = ProcessCost.Of(rig.Tunnel.Pid);
        var watch = Stopwatch.StartNew();
        Thread.Sleep(TimeSpan.FromSeconds(seconds));
        double wakeUps = (ProcessCost.Of(rig.Tunnel.Pid).ContextSwitches - idle.ContextSwitches) / watch.Elapsed.TotalSeconds;

        Ask(client, "close");
        double bar = before.ResidentBytes * MemoryReturned;
        Eventually.Holds(Minute, () => ProcessCost.Of(rig.Tunnel.Pid).ResidentBytes <= bar);
        return new Sample
        {
            [Figure.Opened] = held,
            [Figure.Moved] = double.Parse(moved[1], CultureInfo.InvariantCulture),
            [Figure.OpenRate] = held / double.Parse(opened[5], CultureInfo.InvariantCulture),
            [Figure.Base] = before.ResidentBytes / 1e6,
            [Figure.PerSession] = held == 0 ? 0 : (idle.ResidentBytes - before.ResidentBytes) / 1024.0 / held,
            [Figure.AfterClose] = (double)ProcessCost.Of(rig.Tunnel.Pid).ResidentBytes / before.ResidentBytes,
            [Figure.WakeUps] = wakeUps,
        };
    }

    /// <summary>Some sessions that come and go, so that the base is that of a tunnel that has worked.</summary>
    private static void WarmUp(Rig rig)
    {
        Child client = rig.StartClient(rig.Tools.Sessions, Bed.ServerAddress, "7", "200", "16");
        Ask(client, "open");
        Ask(client, "move");
        Ask(client, "close");
        client.Stop();
        Thread.Sleep(Settling);
    }

    private static string[] Ask(Child client, string command)
    {
        client.Write(command);
        return client.WaitForLine(Patience, _ => true).Split(' ');
    }
}
