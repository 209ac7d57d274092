using System;
using System.Collections.Generic;
using System.IO;
using System.Net;
using Penstock.Linux;
using Penstock.Linux.Namespaces;
using Penstock.Linux.Netlink;

namespace Penstock.Cli.Demo;

/// <summary>The near side: makes the world, runs the tunnel in it, and the load through the tunnel.</summary>
/// <remarks>
/// The order: loopback; far side as a child in a namespace of its own; the veth between them; the tunnel as a child;
/// the route into the TUN; the phases of load; the table. Whatever is made here goes with the processes.
/// </remarks>
internal sealed class DemoStage(TextWriter output) : IDisposable
{
    private readonly RouteSocket _route = new();
    private readonly string _config = Path.Combine(Path.GetTempPath(), $"penstock-demo-{Environment.ProcessId}.yml");
    private DemoProcess? _far;
    private DemoProcess? _tunnel;

    /// <summary>Runs the whole demo; the value is the exit status.</summary>
    public int Run()
    {
        Up("lo");
        StartFar();
        output.WriteLine("far side    SOCKS5 proxy and web server in a namespace of their own, joined by a veth pair");
        StartTunnel();
        Link tun = WaitForTun();
        Route route = new()
        {
            Destination = Bytes(DemoPlan.ServerNetwork),
            PrefixLength = DemoPlan.ServerPrefix,
            LinkIndex = tun.Index,
        };
        Must(_route.AddRoute(route), "route the server's network into the TUN");
        output.WriteLine($"near side   {tun.Name} is up; {DemoPlan.ServerNetwork}/{DemoPlan.ServerPrefix} leads into it");
        Measure();
        return 0;
    }

    public void Dispose()
    {
        _tunnel?.Dispose();
        _far?.Dispose();
        _route.Dispose();
        File.Delete(_config);
    }

    private void StartFar()
    {
        _far = DemoProcess.Start(talks: true, ["unshare", "--net", "--", .. DemoProcess.Self, "demo", "--role", "far"]);
        if (!_far.Hears("ready"))
            throw new DemoException("the far side's network namespace could not be made; the kernel allows no further one (see user.max_net_namespaces)");
        using NetworkNamespace space = NetworkNamespace.OfProcess(_far.Id);
        Must(_route.AddVethPair(DemoPlan.NearLink, DemoPlan.FarLink, space.Descriptor), "make a veth pair (kernel option CONFIG_VETH)");
        Configure(_route, DemoPlan.NearLink, DemoPlan.NearAddress, DemoPlan.LinkPrefix);
        _far.Tell("linked");
        if (!_far.Hears("serving"))
            throw new DemoException("the far side's servers did not start");
    }

    private void StartTunnel()
    {
        File.WriteAllText(_config, $"""
            tunnel:
              name: {DemoPlan.TunLink}
              mtu: 1500
              ipv4: 198.18.0.1
            socks5:
              address: {DemoPlan.FarAddress}
              port: {DemoPlan.ProxyPort}
            misc:
              log-level: warn
            """);
        _tunnel = DemoProcess.Start(talks: false, ["setpriv", "--pdeathsig", "KILL", .. DemoProcess.Self, "tunnel", _config]);
    }

    private Link WaitForTun()
    {
        long limit = MonotonicClock.Microseconds + (long)DemoPlan.StartLimit.TotalMicroseconds;
        while (true)
        {
            if (_tunnel!.HasExited)
                throw new DemoException("the tunnel ended at its start: the line above says why (a TUN needs /dev/net/tun, readable and writable)");
            if (_route.TryFindLink(DemoPlan.TunLink, out Link link) && link.IsUp)
                return link;
            if (MonotonicClock.Microseconds > limit)
                throw new DemoException($"{DemoPlan.TunLink} did not come up");
            _tunnel.Wait(TimeSpan.FromMilliseconds(20));
        }
    }

    private void Measure()
    {
        DemoTable table = new();
        DemoLoad.Connections(4, TimeSpan.FromSeconds(0.5)); // warms the code up
        IReadOnlyList<double> before = _tunnel!.ThreadSeconds("shard-");
        Transfer(table, "download, 1 stream", () => DemoLoad.Download(1, DemoPlan.Phase));
        Transfer(table, "upload, 1 stream", () => DemoLoad.Upload(1, DemoPlan.Phase));
        Transfer(table, "download, 8 streams", () => DemoLoad.Download(8, DemoPlan.Phase));
        Transfer(table, "upload, 8 streams", () => DemoLoad.Upload(8, DemoPlan.Phase));
        Requests(table, "connections a second", () => DemoLoad.Connections(16, DemoPlan.Phase), latency: false);
        Requests(table, "requests a second, 8 connections", () => DemoLoad.Latency(8, DemoPlan.Phase), latency: true);
        Shards(table, before, _tunnel.ThreadSeconds("shard-"));
        output.WriteLine();
        table.Print(output);
    }

    private void Transfer(DemoTable table, string what, Func<DemoResult> load)
    {
        (DemoResult result, double cpu) = Phase(what, load);
        table.Add(what, $"{DemoTable.Number(result.GigabitsPerSecond)} Gbit/s", $"{DemoTable.Number(cpu / (result.Bytes / 1e9), "0.000")} s/GB");
        output.WriteLine($"{DemoTable.Number(result.GigabitsPerSecond)} Gbit/s");
    }

    private void Requests(DemoTable table, string what, Func<DemoResult> load, bool latency)
    {
        (DemoResult result, double cpu) = Phase(what, load);
        string rate = DemoTable.Number(result.RequestsPerSecond, "0");
        table.Add(what, rate, $"{DemoTable.Number(cpu / result.Requests * 1e6, "0.0")} µs each");
        if (latency)
            table.Add("latency, p50 / p99", $"{DemoTable.Number(result.Percentile(0.5), "0")} / {DemoTable.Number(result.Percentile(0.99), "0")} µs");
        output.WriteLine(rate);
    }

    private (DemoResult Result, double Cpu) Phase(string what, Func<DemoResult> load)
    {
        output.Write($"{what,-34} ");
        output.Flush();
        double before = _tunnel!.CpuSeconds();
        DemoResult result = load();
        if (_tunnel.HasExited)
            throw new DemoException("the tunnel ended under load");
        return (result, _tunnel.CpuSeconds() - before);
    }

    private static void Shards(DemoTable table, IReadOnlyList<double> before, IReadOnlyList<double> after)
    {
        double sum = 0;
        for (int i = 0; i < after.Count; i++)
            sum += after[i] - before[i];
        List<string> shares = [];
        for (int i = 0; i < after.Count; i++)
            shares.Add(DemoTable.Number(sum > 0 ? 100 * (after[i] - before[i]) / sum : 0, "0") + " %");
        table.Add("shards, share of the work", string.Join(" + ", shares));
    }

    private void Up(string link)
    {
        if (!_route.TryFindLink(link, out Link found))
            throw new DemoException($"the new network namespace has no link {link}");
        Must(_route.SetUp(found.Index, true), $"bring {link} up");
    }

    internal static void Configure(RouteSocket route, string link, string address, int prefix)
    {
        if (!route.TryFindLink(link, out Link found))
            throw new DemoException($"the link {link} is missing");
        Must(route.AddAddress(found.Index, Bytes(address), prefix), $"give {link} the address {address}/{prefix}");
        Must(route.SetUp(found.Index, true), $"bring {link} up");
    }

    internal static byte[] Bytes(string address) => IPAddress.Parse(address).GetAddressBytes();

    internal static void Must(SysResult result, string what)
    {
        if (!result.IsSuccess)
            throw new DemoException($"could not {what}: {result.Message}");
    }
}
