using System;
using System.CommandLine;
using System.IO;
using System.Threading;
using Penstock.HyperAmp;
using Penstock.HyperAmp.Client;

namespace Penstock.Cli.HyperAmp;

/// <summary><c>shm setup_request_gen</c>, which writes request files, and <c>shm setup_shm_client</c>, which sends them.</summary>
internal static class SetupCommands
{
    private const int MostThreads = 64;

    public static Command CreateGenerator()
    {
        var file = new Argument<string>("FILE") { Description = "Lines are appended to it." };
        var count = new Argument<int>("N") { Description = "Requests.", CustomParser = Number.Whole(1, int.MaxValue) };
        var command = new Command("setup_request_gen", "Appends random requests, and the line that ends them, to a file.") { file, count };
        command.SetAction(parsed => Generate(parsed.GetValue(file)!, parsed.GetValue(count), Random.Shared));
        return command;
    }

    public static Command CreateClient()
    {
        var configuration = new Argument<string>("CFG") { Description = "shm_config.json" };
        var input = new Argument<string>("INPUT") { Description = "Request file: lines of ID \"text\" SIZE; any other line ends it." };
        var directory = new Argument<string>("OUTDIR") { Description = "Directory for the answers, 1.txt and so on." };
        var threads = new Argument<int>("THREADS") { Description = "1 to 64.", CustomParser = Number.Whole(1, MostThreads) };
        var command = new Command("setup_shm_client", "Sends the requests of a file and writes an answer file for each.") { configuration, input, directory, threads };
        command.SetAction(parsed => ZoneCall.On("setup_shm_client", parsed.GetValue(configuration)!, channel =>
            Send(channel, parsed.GetValue(input)!, parsed.GetValue(directory)!, parsed.GetValue(threads), Console.Out)));
        return command;
    }

    public static int Generate(string file, int count, Random random)
    {
        const string Letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
        try
        {
            using var writer = new StreamWriter(file, append: true);
            for (int i = 0; i < count; i++)
                writer.WriteLine($"1 \"{new string(random.GetItems<char>(Letters, random.Next(4, 20)))}\" 0");
            writer.WriteLine("0");
            return 0;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Console.Error.WriteLine("penstock shm setup_request_gen: " + e.Message);
            return 1;
        }
    }

    public static int Send(ZoneChannel channel, string input, string directory, int threads, TextWriter output)
    {
        Directory.CreateDirectory(directory);
        using ZoneClient client = channel.OpenClient();
        using var reader = new StreamReader(input);
        var turn = new Lock();
        int sent = 0, completed = 0;
        string? failure = null;
        var workers = new Thread[threads];
        for (int i = 0; i < threads; i++)
        {
            workers[i] = new Thread(() =>
            {
                while (TryNext(reader, turn, ref sent, out int number, out RequestLine request))
                {
                    try
                    {
                        (CallStatus status, byte[] answer) = SafeServiceCommand.Call(client, request.Service, request.Data, request.Size);
                        AnswerFile.Write(Path.Combine(directory, $"{number}.txt"), SafeServiceCommand.ToLine(status, answer));
                        if (status == CallStatus.Success)
                            Interlocked.Increment(ref completed);
                    }
                    catch (Exception e) when (e is IOException or UnauthorizedAccessException)
                    {
                        Volatile.Write(ref failure, e.Message);
                    }
                }
            });
            workers[i].Start();
        }
        foreach (Thread worker in workers)
            worker.Join();
        output.WriteLine($"Completed: {completed}/{sent}");
        if (failure is not null)
            output.WriteLine(failure);
        return completed == sent ? 0 : 1;
    }

    private static bool TryNext(StreamReader reader, Lock turn, ref int sent, out int number, out RequestLine request)
    {
        lock (turn)
        {
            number = sent + 1;
            request = default;
            if (reader.ReadLine() is not { } line || !RequestLine.TryParse(line, out request))
            {
                // Whatever follows the line that ends the requests is not read by another thread.
                reader.BaseStream.Seek(0, SeekOrigin.End);
                reader.DiscardBufferedData();
                return false;
            }
            sent = number;
            return true;
        }
    }
}
