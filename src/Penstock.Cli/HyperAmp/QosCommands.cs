using System;
using System.CommandLine;
using System.IO;
using System.Runtime.InteropServices;
using System.Threading;
using Penstock.HyperAmp;
using Penstock.HyperAmp.Client;
using Penstock.HyperAmp.Qos;
using Penstock.HyperAmp.Service;
using Penstock.HyperAmp.Services;

namespace Penstock.Cli.HyperAmp;

/// <summary><c>shm hyper_amp_qos</c>, <c>shm hyper_amp_qos_service</c> and <c>shm qos_stats</c>.</summary>
internal static class QosCommands
{
    private const int LongestData = 1 << 20;
    private const int ShownBytes = 32;
    private static readonly TimeSpan _timeout = TimeSpan.FromSeconds(1);

    public static Command CreateClient()
    {
        Argument<string> configuration = Configuration();
        var data = new Argument<string>("DATA") { Description = "Text, @FILE or hex:DIGITS, up to 1 MiB" };
        Argument<ushort> service = ServiceId.Argument("Service id; its profile names the class");
        var count = new Option<int>("--count") { Description = "Requests.", DefaultValueFactory = _ => 1, CustomParser = Number.Whole(1, int.MaxValue) };
        var command = new Command("hyper_amp_qos", "Sends a request in its service's class and shows what it was given.") { configuration, data, service, count };
        command.SetAction(parsed => ZoneCall.On("hyper_amp_qos", parsed.GetValue(configuration)!, channel =>
            Call(channel, MessageInput.Read(parsed.GetValue(data)!, LongestData), parsed.GetValue(service), parsed.GetValue(count), Console.Out)));
        return command;
    }

    public static Command CreateService()
    {
        Argument<string> configuration = Configuration();
        var workers = new Option<int>("--workers") { Description = "Worker threads, 1 to 256; 0 for one per processor.", DefaultValueFactory = _ => 4, CustomParser = Number.Whole(0, 256) };
        var command = new Command("hyper_amp_qos_service", "Serves 1, 2 and 66 and measures them by class, until SIGINT or SIGTERM.") { configuration, workers };
        command.SetAction(parsed => ZoneCall.On("hyper_amp_qos_service", parsed.GetValue(configuration)!, channel =>
            Serve(channel, parsed.GetValue(workers), Console.Out)));
        return command;
    }

    public static Command CreateStatistics()
    {
        Argument<string> configuration = Configuration();
        var command = new Command("qos_stats", "Shows the classes' figures of the QoS service that runs on the region.") { configuration };
        command.SetAction(parsed => ZoneCall.On("qos_stats", parsed.GetValue(configuration)!, channel => QosFile.Show(channel, Console.Out)));
        return command;
    }

    public static int Call(ZoneChannel channel, byte[] data, ushort service, int count, TextWriter output)
    {
        using ZoneClient client = channel.OpenClient();
        var qos = new QosClient(client);
        QosProfile profile = QosProfile.For(service);
        var answer = new byte[data.Length];
        int completed = 0;
        CallResult last = default;
        for (int i = 0; i < count; i++)
        {
            last = qos.Call(service, data, answer, _timeout);
            completed += last.IsSuccess ? 1 : 0;
        }
        QosMeter meter = qos.Meter(profile.Class);
        output.WriteLine($"class: {profile.Class}, priority {(int)profile.Class}, limit {profile.MaxLatency.TotalMicroseconds} us");
        output.WriteLine($"end-to-end latency: {meter.Latency.Percentile(0.5) / 1e3:F1} us (p99 {meter.Latency.Percentile(0.99) / 1e3:F1}, max {meter.Latency.Maximum / 1e3:F1})");
        output.WriteLine($"violations: {meter.Read().LatencyViolations}");
        if (last.IsSuccess)
        {
            ReadOnlySpan<byte> shown = answer.AsSpan(0, Math.Min(ShownBytes, last.Length));
            output.WriteLine(MessageInput.ToText(shown));
            output.WriteLine(Convert.ToHexStringLower(shown));
        }
        else
            output.WriteLine($"service {service}: {last.Status}");
        output.WriteLine($"Completed: {completed}/{count}");
        return completed == count ? 0 : 1;
    }

    private static int Serve(ZoneChannel channel, int workers, TextWriter output)
    {
        var services = new MeteredServices(new QosServices());
        using var stopped = new ManualResetEventSlim();
        using PosixSignalRegistration interrupt = StopOn(PosixSignal.SIGINT, stopped), terminate = StopOn(PosixSignal.SIGTERM, stopped);
        try
        {
            using (channel.Serve(new ServiceRegistry().Add(services), new ServiceOptions { Workers = workers, Report = Console.Error.WriteLine }))
            {
                output.WriteLine($"serving on {channel.Path}");
                do
                    QosFile.Write(channel, services.Meter);
                while (!stopped.Wait(TimeSpan.FromSeconds(1)));
            }
            output.Write(QosFile.Table(services.Meter));
            return 0;
        }
        finally
        {
            File.Delete(QosFile.PathOf(channel));
        }
    }

    private static Argument<string> Configuration() => new("CFG") { Description = "shm_config.json" };

    private static PosixSignalRegistration StopOn(PosixSignal signal, ManualResetEventSlim stopped) => PosixSignalRegistration.Create(signal, context =>
    {
        context.Cancel = true;
        stopped.Set();
    });
}
