using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Runtime.InteropServices;
using Penstock.Bench.Tunnel.Soak;
using Penstock.TestBed;

namespace Penstock.Bench.Tunnel;

/// <summary>`bench tunnel` and `soak tunnel`.</summary>
/// <remarks>Options, what the machine lacks, the bench's own programs, the rounds, the table: in that order.</remarks>
internal static class Program
{
    private const int Interrupted = 130;

    private static readonly string[] Programs = ["ip", "ss", "sysctl", "iperf3", "wrk", "nginx", "microsocks", "gcc"];

    private static int Main(string[] arguments)
    {
        if (arguments is ["--help"] or ["-h"])
        {
            Console.WriteLine(Options.Help);
            return 0;
        }

        try
        {
            return arguments is ["soak", .. var rest] ? Soak(rest) : Run(Options.Parse(arguments));
        }
        catch (Exception error) when (error is ArgumentException or InvalidOperationException or TimeoutException or FileNotFoundException)
        {
            Console.Error.WriteLine($"bench tunnel: {error.Message}");
            return 1;
        }
    }

    private static int Run(Options options)
    {
        List<ILoad> loads = Catalogue.Loads(options);
        if (options.List)
        {
            foreach (ILoad load in loads)
                Console.WriteLine($"{load.Key,-14} {load.Title}");
            return 0;
        }

        string[] realOnes = loads.Any(load => load.Rig.Proxy == ProxyKind.Dante) ? ["danted", "dnsmasq"] : [];
        if (Requirements.Missing([.. Programs, .. realOnes]) is { } missing)
            throw new InvalidOperationException(missing);

        using var congestion = new Congestion();
        using IDisposable interrupts = CleanUpWhenInterrupted(congestion);
        NetworkNamespace.RemoveAbandoned();
        List<Contender> contenders = Contenders(options);
        Results results = new Campaign(options, contenders, new Tools(), congestion).Run(loads);
        Report(results, contenders, options, congestion);
        return 0;
    }

    private static int Soak(string[] arguments)
    {
        bool hasHours = arguments.Length > 0 && double.TryParse(arguments[0], NumberStyles.Float, CultureInfo.InvariantCulture, out _);
        double hours = hasHours ? double.Parse(arguments[0], CultureInfo.InvariantCulture) : 1;
        Options options = Options.Parse(hasHours ? arguments[1..] : arguments);
        if (Requirements.Missing(Programs) is { } missing)
            throw new InvalidOperationException(missing);

        using var congestion = new Congestion();
        using IDisposable interrupts = CleanUpWhenInterrupted(congestion);
        NetworkNamespace.RemoveAbandoned();
        IReadOnlyList<string> complaints = new SoakRun(Contenders(options)[0], TimeSpan.FromHours(hours), new Tools(), congestion).Run();
        foreach (string complaint in complaints)
            Console.Error.WriteLine(complaint);
        return complaints.Count == 0 ? 0 : 1;
    }

    private static List<Contender> Contenders(Options options)
    {
        var contenders = new List<Contender>();
        if (!options.OnlyPeer)
        {
            TunnelCommand tunnel = options.Tunnel is { } path ? TunnelCommand.At(path) : TunnelCommand.Penstock(options.Published);
            contenders.Add(new Contender(Contender.UnderTest, tunnel, options.Shards));
        }

        if (options.Peer is { } peer)
            contenders.Add(new Contender(Contender.Peer, TunnelCommand.At(peer), Shards: 0));
        return contenders;
    }

    private static void Report(Results results, List<Contender> contenders, Options options, Congestion congestion)
    {
        string header = $"Linux {Environment.OSVersion.Version}, {Environment.ProcessorCount} processors, {congestion.Name}, {options.Rounds} rounds of {options.Seconds} s; "
            + "median (least … greatest); ratios are medians of the rounds' ratios.";
        string table = Table.Of(results, contenders, header);
        Console.WriteLine(table);
        string directory = Directory.CreateDirectory(Path.Combine(Repository.Root, "artifacts", "bench")).FullName;
        File.WriteAllText(Path.Combine(directory, $"{options.Suite}.md"), table);
        File.WriteAllText(Path.Combine(directory, $"{options.Suite}.json"), JsonReport.Of(results, contenders, options.Suite, header));
    }

    private static IDisposable CleanUpWhenInterrupted(Congestion congestion)
    {
        void CleanUp(PosixSignalContext context)
        {
            context.Cancel = true;
            congestion.Dispose();
            NetworkNamespace.RemoveOwn();
            Environment.Exit(Interrupted);
        }

        return new SignalHandlers(
            PosixSignalRegistration.Create(PosixSignal.SIGINT, CleanUp),
            PosixSignalRegistration.Create(PosixSignal.SIGTERM, CleanUp),
            PosixSignalRegistration.Create(PosixSignal.SIGHUP, CleanUp));
    }

    private sealed class SignalHandlers(params IDisposable[] handlers) : IDisposable
    {
        public void Dispose()
        {
            foreach (IDisposable handler in handlers)
                handler.Dispose();
        }
    }
}
