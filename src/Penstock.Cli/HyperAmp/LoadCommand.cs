using System;
using System.CommandLine;
using System.IO;
using Penstock.HyperAmp;
using Penstock.HyperAmp.Client;
using Penstock.HyperAmp.Configuration;

namespace Penstock.Cli.HyperAmp;

/// <summary><c>amp load</c>: requests from many threads at a rate or as fast as they go, with latencies and fairness.</summary>
internal static class LoadCommand
{
    public static Command Create()
    {
        Argument<string> region = ZoneTarget.Argument();
        Option<ushort> service = ServiceId.Option(66);
        var threads = new Option<int>("--threads") { Description = "Client threads, 1 to 256", DefaultValueFactory = _ => 1, CustomParser = Number.Whole(1, 256) };
        var size = new Option<int>("--size") { Description = "Bytes of a request, up to what the payload area takes", DefaultValueFactory = _ => 64, CustomParser = Number.Whole(0, int.MaxValue) };
        var seconds = new Option<double>("--seconds") { Description = "How long", DefaultValueFactory = _ => 5, CustomParser = Number.Any(0.001, Number.LongestSeconds) };
        var rate = new Option<double>("--rate") { Description = "Requests a second in all; 0 for as many as go", DefaultValueFactory = _ => 0, CustomParser = Number.Any(0, 1e9) };
        var wait = new Option<WaitMode?>("--wait") { Description = "How the threads wait for answers" };
        var quiet = new Option<bool>("--quiet") { Description = "No progress" };
        var command = new Command("load", "Loads a service and shows rate, latencies and fairness of what was answered, and why the rest failed.") { region, service, threads, size, seconds, rate, wait, quiet };
        command.SetAction(parsed => ZoneTarget.On("load", parsed.GetValue(region)!, create: false, channel => Run(
            channel,
            new LoadSettings(
                parsed.GetValue(service), parsed.GetValue(threads), parsed.GetValue(size), parsed.GetValue(seconds), parsed.GetValue(rate), parsed.GetValue(wait)),
            parsed.GetValue(quiet) ? TextWriter.Null : Console.Error, Console.Out)));
        return command;
    }

    public static int Run(ZoneChannel channel, LoadSettings settings, TextWriter progress, TextWriter output)
    {
        using ZoneClient client = channel.OpenClient(new ClientOptions { Wait = settings.Wait });
        int largest = client.LargestPayload - 1;
        if (settings.Size > largest)
            throw new InvalidDataException($"--size {settings.Size}: the payload area takes 0 to {largest} bytes and the terminator");
        using StopSignal stop = new();
        var run = new LoadRun(client, settings, stop);
        double took = run.Run(progress);
        return run.Report(took, channel.Path, output, Console.Error);
    }
}
