using System;
using System.CommandLine;
using System.Globalization;
using System.IO;
using System.Linq;
using Penstock.HyperAmp;
using Penstock.HyperAmp.Configuration;
using Penstock.HyperAmp.Service;
using Penstock.HyperAmp.Services;

namespace Penstock.Cli.HyperAmp;

/// <summary>The original's services, and <c>amp serve</c>: until SIGINT or SIGTERM, with the exit status 0.</summary>
internal static class ServeCommands
{
    private const int OriginalCount = 10;
    private const string LogFile = "service_performance.log";

    public static Command CreateOriginal(string name, string description, string set, bool withLog, int workers)
    {
        Argument<string> configuration = CallCommands.Configuration();
        var count = new Option<int?>("--count") { Description = $"Ends after so many messages; the original's was {OriginalCount}", CustomParser = Number.MaybeWhole(1, int.MaxValue) };
        var verbose = new Option<bool>("--verbose") { Description = "Prints every message, its bytes too" };
        var command = new Command(name, description) { configuration, count, verbose };
        command.SetAction(parsed => ZoneCall.On(name, parsed.GetValue(configuration)!, channel => Serve(
            channel, ServiceSets.Find(set)!, workers, null, parsed.GetValue(count), parsed.GetValue(verbose),
            withLog ? LogFile : null, Console.Out)));
        return command;
    }

    public static Command CreateThreaded()
    {
        Argument<string> configuration = CallCommands.Configuration();
        var workers = new Argument<int>("THREADS") { Description = "Worker threads, 1 to 256; 0 for one per processor", DefaultValueFactory = _ => 4, CustomParser = Number.Whole(0, 256) };
        var verbose = new Option<bool>("--verbose") { Description = "Prints every message, its bytes too" };
        var command = new Command("hyper_amp_service_test_mt", "Serves 1, 2 and 66 with many threads, until SIGINT or SIGTERM.") { configuration, workers, verbose };
        command.SetAction(parsed => ZoneCall.On("hyper_amp_service_test_mt", parsed.GetValue(configuration)!, channel => Serve(
            channel, ServiceSets.Find("mt")!, parsed.GetValue(workers), null, null, parsed.GetValue(verbose), null, Console.Out)));
        return command;
    }

    public static Command CreateAmp()
    {
        Argument<string> region = ZoneTarget.Argument();
        var services = new Option<string[]>("--services") { Description = $"Sets to serve: {string.Join(", ", ServiceSets.Names)}", DefaultValueFactory = _ => ["original"], AllowMultipleArgumentsPerToken = true };
        var assemblies = new Option<string[]>("--assembly") { Description = "Assembly with services of your own: classes that carry [ZoneService(id)]; they stand above the sets", DefaultValueFactory = _ => [] };
        var keys = new Option<string?>("--keys") { Description = "Key file of the modern set, see amp keys" };
        var workers = new Option<int>("--workers") { Description = "Worker threads, 1 to 256; 0 for one per processor", DefaultValueFactory = _ => 0, CustomParser = Number.Whole(0, 256) };
        var wait = new Option<WaitMode?>("--wait") { Description = "How to wait for work" };
        var verbose = new Option<bool>("--verbose") { Description = "Prints every message, its bytes too" };
        var command = new Command("serve", "Serves a region until SIGINT or SIGTERM.") { region, services, assemblies, keys, workers, wait, verbose };
        command.SetAction(parsed => ZoneTarget.On("serve", parsed.GetValue(region)!, create: true, channel =>
        {
            ServiceKeys held = parsed.GetValue(keys) is { } file ? ServiceKeys.Load(file) : ServiceKeys.None();
            var registry = new ServiceRegistry();
            if (parsed.GetValue(services)!.Contains("modern") && parsed.GetValue(keys) is null)
                Console.Error.WriteLine($"modern without --keys: 0x{ModernService.Seal:x4} to 0x{ModernService.Verify:x4} fail every message; 'penstock amp keys FILE' makes a key file");
            foreach (string name in parsed.GetValue(services)!)
                registry.Add(ServiceSets.Find(name, held) ?? throw new InvalidDataException($"--services {name}: there are {string.Join(", ", ServiceSets.Names)}"));
            foreach (string path in parsed.GetValue(assemblies)!)
                ServiceAssembly.Register(path, registry);
            using MessageLog? messages = parsed.GetValue(verbose) ? new MessageLog(new RegistrySet(registry), null, Console.Out) : null;
            return Serve(
                channel, messages is null ? registry : new ServiceRegistry().Add(messages), parsed.GetValue(workers), parsed.GetValue(wait), null, Console.Out);
        }));
        return command;
    }

    private static int Serve(
        ZoneChannel channel, ServiceSet set, int workers, WaitMode? wait, int? count, bool verbose, string? log, TextWriter output)
    {
        using MessageLog? messages = log is null && !verbose ? null : new MessageLog(set, log, verbose ? output : null);
        int status = Serve(channel, new ServiceRegistry().Add(messages ?? set), workers, wait, count, output);
        messages?.Save();
        if (log is not null)
            output.WriteLine($"Saved to: {log}");
        return status;
    }

    private static int Serve(
        ZoneChannel channel, ServiceRegistry registry, int workers, WaitMode? wait, int? count, TextWriter output)
    {
        using StopSignal stop = new();
        var options = new ServiceOptions { Workers = workers, Wait = wait, Report = text => Console.Error.WriteLine(text) };
        using ZoneService service = channel.Serve(registry, options);
        output.WriteLine($"Serving {channel.Path} ({service.Layout}) with {service.Workers} workers");
        output.Flush();
        while (!stop.Wait(TimeSpan.FromMilliseconds(count is null ? 1000 : 10)) && !(service.Statistics.Processed >= count))
        {
        }
        service.Stop();
        ServiceStatistics done = service.Statistics;
        output.Write(string.Create(
            CultureInfo.InvariantCulture,
            $"Total Processed: {done.Processed}\nRunning Time: {done.Uptime.TotalSeconds:F2} s\n"
            + $"Throughput: {done.Processed / Math.Max(0.001, done.Uptime.TotalSeconds):F2} req/s\nWorker Threads: {service.Workers}\n"));
        if (done.Failed + done.Unknown + done.Rejected > 0)
            output.WriteLine($"Failed: {done.Failed}, unknown: {done.Unknown}, refused: {done.Rejected}");
        return 0;
    }
}
