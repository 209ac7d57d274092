using System;
using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Text;
using System.Threading;
using Penstock.HyperAmp;
using Penstock.HyperAmp.Client;

namespace Penstock.Cli.HyperAmp;

/// <summary><c>shm hyper_amp</c>, <c>hyper_amp_test</c>, <c>test_shm</c> and <c>hyper_amp_test_mt</c>: requests and their figures.</summary>
internal static class CallCommands
{
    private const int LongestData = 4 << 20;

    public static Command CreateOnce(string name, string description, bool withFigures)
    {
        Argument<string> configuration = Configuration();
        Argument<string> data = Data();
        Argument<ushort> service = Service();
        var output = new Option<string?>("-o") { Description = "File for the answer, instead of encrypted_result.txt (service 1), decrypted_result.txt (2) or service_SVC_result.txt in the current directory" };
        var command = new Command(name, description) { configuration, data, service, output };
        command.SetAction(parsed => ZoneCall.On(name, parsed.GetValue(configuration)!, channel => Once(
            channel, MessageInput.Read(parsed.GetValue(data)!, LongestData), parsed.GetValue(service), withFigures,
            parsed.GetValue(output), Console.Out)));
        return command;
    }

    public static Command CreateThreaded()
    {
        Argument<string> configuration = Configuration();
        Argument<string> data = Data();
        Argument<ushort> service = Service();
        var threads = new Argument<int>("THREADS") { Description = "Client threads, 1 to 64", CustomParser = Number.Whole(1, 64) };
        var requests = new Argument<int?>("REQUESTS") { Description = "Requests in all, 1 to 10000; one per thread if not given", Arity = ArgumentArity.ZeroOrOne, CustomParser = Number.MaybeWhole(1, 10000) };
        var command = new Command("hyper_amp_test_mt", "Sends requests from many threads and checks every answer.") { configuration, data, service, threads, requests };
        command.SetAction(parsed => ZoneCall.On("hyper_amp_test_mt", parsed.GetValue(configuration)!, channel => Threaded(
            channel, MessageInput.Read(parsed.GetValue(data)!, LongestData), parsed.GetValue(service),
            parsed.GetValue(threads), parsed.GetValue(requests) ?? parsed.GetValue(threads), Console.Out)));
        return command;
    }

    public static int Once(ZoneChannel channel, byte[] data, ushort service, bool withFigures, string? file, TextWriter output)
    {
        using ZoneClient client = channel.OpenClient();
        byte[] answer = new byte[data.Length];
        long start = Stopwatch.GetTimestamp();
        CallResult result = client.Call(service, data, answer);
        TimeSpan took = Stopwatch.GetElapsedTime(start);
        if (!result.IsSuccess)
            return Failed(output, service, result.Status, client);
        if (withFigures)
            PrintFigures(output, took, data.Length);
        output.WriteLine($"Result (text): {MessageInput.ToText(answer)}");
        output.WriteLine($"Result (hex): {Convert.ToHexStringLower(answer)}");
        string path = file ?? NameFor(service);
        AnswerFile.Write(path, answer);
        output.WriteLine($"Saved to: {path}");
        if (service == 1 && answer.Length <= 64)
            output.WriteLine($"To decrypt: penstock shm hyper_amp CFG hex:{Convert.ToHexStringLower(answer)} 2");
        return 0;
    }

    public static int Threaded(ZoneChannel channel, byte[] data, ushort service, int threads, int requests, TextWriter output)
    {
        using ZoneClient client = channel.OpenClient();
        int left = requests, completed = 0, wrong = 0;
        CallStatus failure = CallStatus.Success;
        long latency = 0;
        var all = new Thread[threads];
        long start = Stopwatch.GetTimestamp();
        for (int i = 0; i < threads; i++)
        {
            all[i] = new Thread(() =>
            {
                byte[] answer = new byte[data.Length];
                while (Interlocked.Decrement(ref left) >= 0)
                {
                    long begin = Stopwatch.GetTimestamp();
                    CallResult result = client.Call(service, data, answer);
                    Interlocked.Add(ref latency, Stopwatch.GetTimestamp() - begin);
                    if (!result.IsSuccess)
                        failure = result.Status;
                    else if (AnswerCheck.IsRight(service, data, answer))
                        Interlocked.Increment(ref completed);
                    else
                        Interlocked.Increment(ref wrong);
                }
            });
            all[i].Start();
        }
        foreach (Thread thread in all)
            thread.Join();
        TimeSpan took = Stopwatch.GetElapsedTime(start);
        double rate = completed / took.TotalSeconds;
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"Total Time: {took.TotalMicroseconds:F0} us ({took.TotalMilliseconds:F3} ms)\n");
        text.Append(CultureInfo.InvariantCulture, $"Throughput: {rate:F2} req/s\n");
        text.Append(CultureInfo.InvariantCulture, $"Avg Latency: {latency * 1e6 / Stopwatch.Frequency / requests:F2} us\n");
        text.Append(CultureInfo.InvariantCulture, $"Threads Used: {threads}\n");
        text.Append(CultureInfo.InvariantCulture, $"Completed: {completed}/{requests}\n");
        if (wrong > 0)
            text.Append(CultureInfo.InvariantCulture, $"Wrong answers: {wrong}\n");
        text.Append(CultureInfo.InvariantCulture, $"Status: {Grade(rate)}\n");
        output.Write(text);
        if (completed == requests)
            return 0;
        if (failure != CallStatus.Success)
            _ = Failed(output, service, failure, client);
        return 1;
    }

    private static void PrintFigures(TextWriter output, TimeSpan took, int bytes)
    {
        double nanoseconds = took.TotalNanoseconds;
        string status = took.TotalMilliseconds switch
        {
            <= 10 => "EXCELLENT",
            <= 50 => "GOOD",
            <= 100 => "ACCEPTABLE",
            _ => "NEEDS OPTIMIZATION",
        };
        output.Write(string.Create(
            CultureInfo.InvariantCulture,
            $"[PERF] Timer frequency: {Stopwatch.Frequency} Hz, precision {1e9 / Stopwatch.Frequency:F0} ns\n"
            + $"[PERF] Round trip: {took.TotalMicroseconds:F3} us ({took.TotalMilliseconds:F6} ms, {nanoseconds:F0} ns)\n"
            + $"[PERF] Throughput: {bytes / took.TotalSeconds:F0} bytes/s\n"
            + $"[PERF] Ticks: {took.Ticks}\n"
            + $"[PERF] Status: {status}\n"));
    }

    private static int Failed(TextWriter output, ushort service, CallStatus status, ZoneClient client)
    {
        string reason = status switch
        {
            CallStatus.TimedOut when !client.IsServed => "no answer in time; no service of this program runs on the region",
            CallStatus.TimedOut => "no answer in time",
            CallStatus.NotExists => $"the service does not know the id {service}",
            CallStatus.Failed => "the service failed the message",
            CallStatus.Busy => "no entry or payload was free in time",
            CallStatus.TooLarge => $"the data is larger than the {client.LargestPayload} bytes of the payload area",
            _ => status.ToString(),
        };
        output.Flush();
        Console.Error.WriteLine($"service {service}: {reason}");
        return 1;
    }

    private static string NameFor(ushort service) => service switch
    {
        1 => "encrypted_result.txt",
        2 => "decrypted_result.txt",
        _ => $"service_{service}_result.txt",
    };

    private static string Grade(double rate) => rate switch
    {
        >= 100 => "EXCELLENT",
        >= 50 => "GOOD",
        >= 10 => "ACCEPTABLE",
        _ => "NEEDS OPTIMIZATION",
    };

    internal static Argument<string> Configuration() => new("CFG") { Description = "shm_config.json" };

    private static Argument<string> Data() => new("DATA") { Description = "Text, @FILE or hex:DIGITS" };

    private static Argument<ushort> Service() => ServiceId.Argument("Service id");
}
