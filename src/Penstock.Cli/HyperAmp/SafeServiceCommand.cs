using System;
using System.CommandLine;
using System.IO;
using System.Text;
using Penstock.HyperAmp;
using Penstock.HyperAmp.Client;

namespace Penstock.Cli.HyperAmp;

/// <summary><c>shm safe_service CFG SVC DATA SIZE</c> and <c>shm show_safe_service</c>.</summary>
internal static class SafeServiceCommand
{
    private const int LongestData = 1 << 20;

    public static Command Create()
    {
        var configuration = new Argument<string>("CFG") { Description = "shm_config.json" };
        var service = new Argument<int>("SVC") { Description = "1 to 15, see show_safe_service", CustomParser = Number.Whole(1, 15) };
        var data = new Argument<string>("DATA") { Description = "Text, @FILE or hex:DIGITS" };
        var size = new Argument<int>("SIZE") { Description = "Bytes of the message; 0 for the data's length", CustomParser = Number.Whole(0, LongestData) };
        var command = new Command("safe_service", "Has NPUCore's service work on a text.") { configuration, service, data, size };
        command.SetAction(parsed => ZoneCall.On("safe_service", parsed.GetValue(configuration)!, channel =>
            Run(channel, parsed.GetValue(service), MessageInput.Read(parsed.GetValue(data)!, LongestData), parsed.GetValue(size), Console.Out)));
        return command;
    }

    public static Command CreateTable()
    {
        var command = new Command("show_safe_service", "Lists NPUCore's services.");
        command.SetAction(_ => SafeServiceTable.Show(Console.Out));
        return command;
    }

    public static int Run(ZoneChannel channel, int service, byte[] data, int size, TextWriter output)
    {
        using ZoneClient client = channel.OpenClient();
        (CallStatus status, byte[] answer) = Call(client, (ushort)service, data, size);
        if (status != CallStatus.Success)
        {
            output.WriteLine($"service {service}: {status}");
            return 1;
        }
        output.WriteLine($"service {service}: ok");
        if (SafeServiceTable.IsFetched(service))
        {
            output.WriteLine(MessageInput.ToText(answer));
            output.WriteLine(Convert.ToHexStringLower(answer));
        }
        return 0;
    }

    /// <summary>One call with a message of the size given, or the data's; the answer ends at its NUL.</summary>
    public static (CallStatus Status, byte[] Answer) Call(ZoneClient client, ushort service, byte[] data, int size)
    {
        var request = new byte[size == 0 ? data.Length : size];
        data.AsSpan(0, Math.Min(data.Length, request.Length)).CopyTo(request);
        var answer = new byte[request.Length];
        CallResult result = client.Call(service, request, answer);
        int end = answer.AsSpan(0, result.Length).IndexOf((byte)0);
        return (result.Status, answer[..(end < 0 ? result.Length : end)]);
    }

    /// <summary>The text of an answer, for a file.</summary>
    public static byte[] ToLine(CallStatus status, byte[] answer) =>
        status == CallStatus.Success ? [.. answer, (byte)'\n'] : Encoding.ASCII.GetBytes($"failed: {status}\n");
}
