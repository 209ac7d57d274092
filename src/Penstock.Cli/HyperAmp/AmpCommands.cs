using System;
using System.CommandLine;
using System.IO;
using Penstock.HyperAmp;
using Penstock.HyperAmp.Client;
using Penstock.HyperAmp.Services;

namespace Penstock.Cli.HyperAmp;

/// <summary><c>amp init</c>, <c>amp call</c> and <c>amp recover</c>.</summary>
internal static class AmpCommands
{
    public static Command CreateInit()
    {
        Argument<string> region = ZoneTarget.Argument();
        var force = new Option<bool>("--force") { Description = "Makes the queue anew even if it is in use" };
        var command = new Command("init", "Makes a region, or with --force makes its queue anew.") { region, force };
        command.SetAction(parsed => ZoneTarget.On("init", parsed.GetValue(region)!, create: true, channel =>
        {
            RegionRecovery.Initialise(channel, parsed.GetValue(force));
            Console.Out.WriteLine($"{channel.Path} is ready");
            return 0;
        }));
        return command;
    }

    public static Command CreateRecover()
    {
        Argument<string> region = ZoneTarget.Argument();
        var command = new Command("recover", "Gives back what dead owners left: locks, entries, payload.") { region };
        command.SetAction(parsed => ZoneTarget.On("recover", parsed.GetValue(region)!, create: false, channel =>
        {
            Console.Out.WriteLine(RegionRecovery.Recover(channel)
                ? "dead owners were found and what they held is free"
                : "no dead owner was found");
            return 0;
        }));
        return command;
    }

    public static Command CreateCall()
    {
        Argument<string> region = ZoneTarget.Argument();
        Argument<ushort> service = ServiceId.Argument("Service id");
        var data = new Argument<string?>("DATA") { Description = "Text, @FILE or hex:DIGITS; standard input if not given", Arity = ArgumentArity.ZeroOrOne };
        var timeout = new Option<double>("--timeout") { Description = "Seconds to wait for the answer", DefaultValueFactory = _ => 5, CustomParser = Number.Any(0, Number.LongestSeconds) };
        var bare = new Option<bool>("--bare") { Description = "Sends the bytes as they are; without it the modern set's ids (0x100 to 0x105) get their frame" };
        var command = new Command("call", "Calls a service: reads standard input, writes the answer to standard output.") { region, service, data, timeout, bare };
        command.SetAction(parsed => ZoneTarget.On("call", parsed.GetValue(region)!, create: false, channel =>
        {
            using ZoneClient client = channel.OpenClient(new ClientOptions { Timeout = TimeSpan.FromSeconds(parsed.GetValue(timeout)) });
            byte[] request = parsed.GetValue(data) is { } text ? MessageInput.Read(text, client.LargestPayload) : ReadInput(client.LargestPayload);
            bool isFramed = ModernServices.IsModern(parsed.GetValue(service)) && !parsed.GetValue(bare);
            byte[] message = isFramed ? Frame(parsed.GetValue(service), request) : request;
            CallResult result = client.Call(parsed.GetValue(service), message, message);
            if (!result.IsSuccess)
            {
                Console.Error.WriteLine($"penstock amp call: service {ServiceId.AsTyped(parsed, service)}: {result.Status}");
                return 1;
            }
            Span<byte> answer = message.AsSpan(0, result.Length);
            if (isFramed && !ModernFrame.TryRead(answer, out answer))
                throw new InvalidDataException("the answer is no frame of a modern service; --bare shows it as it is");
            using Stream output = Console.OpenStandardOutput();
            output.Write(answer);
            return 0;
        }));
        return command;
    }

    private static byte[] Frame(ushort service, ReadOnlySpan<byte> input)
    {
        byte[] message = new byte[ModernFrame.SizeFor(input.Length, ModernServices.LongestAnswer(service, input.Length))];
        _ = ModernFrame.TryWrite(message, input);
        return message;
    }

    private static byte[] ReadInput(int limit)
    {
        using Stream input = Console.OpenStandardInput();
        using var all = new MemoryStream();
        byte[] part = new byte[65536];
        for (int read = input.Read(part); read > 0; read = input.Read(part))
        {
            all.Write(part, 0, read);
            if (all.Length > limit)
                throw new InvalidDataException($"standard input has more than the {limit} bytes that fit");
        }
        return all.ToArray();
    }
}
