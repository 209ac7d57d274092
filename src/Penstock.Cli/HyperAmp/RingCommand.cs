using System;
using System.CommandLine;
using System.IO;

namespace Penstock.Cli.HyperAmp;

/// <summary><c>penstock amp ring</c>: the ring's client with the original's options, and a backend.</summary>
internal static class RingCommand
{
    public static Command Create()
    {
        var path = new Option<string?>("--path") { Description = "File or device under the region (default /dev/shm/hyperamp_ring; with -a /dev/mem)." };
        var address = new Option<string?>("--address", "-a") { Description = "Physical address of the region, hexadecimal." };
        var channel = new Option<int?>("--channel", "-n") { Description = "Channel 0, 1 or 2 of the layout with three channels.", CustomParser = Number.MaybeWhole(0, 2) };
        var creates = new Option<bool>("--create", "-c") { Description = "Write fresh control pages, whatever is there." };
        var serves = new Option<bool>("--serve") { Description = "Be the backend until SIGINT or SIGTERM." };
        var verbose = new Option<bool>("--verbose") { Description = "With --serve: show the bytes of messages that get no answer, not their length alone." };
        var text = new Option<string?>("--send", "-s") { Description = "Send a text as data of session 1." };
        var encrypt = new Option<string?>("--encrypt", "-e") { Description = "Text, @FILE or hex:DIGITS for the peer to mask (legacy; protects nothing)." };
        var decrypt = new Option<string?>("--decrypt", "-d") { Description = "The same for the peer to unmask." };
        var echo = new Option<string?>("--echo", "-p") { Description = "The same for the peer to send back." };
        var output = new Option<string?>("--output", "-o") { Description = "File for the answer, which is then not shown." };
        var waits = new Option<bool>("--wait", "-w") { Description = "Wait for the answer and show its first 256 bytes." };
        var drains = new Option<bool>("--receive", "-r") { Description = "Show the messages that wait." };
        var interactive = new Option<bool>("--interactive", "-t") { Description = "Read commands: s TEXT, r, ?, q." };
        var bulk = new Option<bool>("--bulk", "-B") { Description = "Use the bulk window, up to 2 MiB." };
        var signature = new Option<string?>("--signature", "-S") { Description = "DER signature of 64 to 72 bytes to put before the data; bulk only." };
        var validates = new Option<bool>("--validate", "-V") { Description = "Have the peer look for the six required keys; bulk only." };
        var separate = new Option<bool>("--separate") { Description = "Blocks of their own for each direction; both ends must say so." };
        var interlocked = new Option<bool>("--interlocked") { Description = "Share a side with other processes that lock by compare-exchange." };
        var keys = new Option<string?>("--keys") { Description = "Key file: the backend then verifies signatures instead of their shape." };
        var timeout = new Option<double>("--timeout") { Description = "Seconds to wait for an answer.", DefaultValueFactory = _ => 5, CustomParser = Number.Any(0, Number.LongestSeconds) };
        var command = new Command("ring", "Sends messages over the ring, or answers them.")
        {
            path, address, channel, creates, serves, verbose, text, encrypt, decrypt, echo, output, waits, drains, interactive, bulk, signature,
            validates, separate, interlocked, keys, timeout,
        };
        command.SetAction(parsed => Run(new RingSettings
        {
            Path = parsed.GetValue(path),
            Address = parsed.GetValue(address),
            Channel = parsed.GetValue(channel),
            Creates = parsed.GetValue(creates),
            Serves = parsed.GetValue(serves),
            IsVerbose = parsed.GetValue(verbose),
            Text = parsed.GetValue(text),
            Encrypt = parsed.GetValue(encrypt),
            Decrypt = parsed.GetValue(decrypt),
            Echo = parsed.GetValue(echo),
            Output = parsed.GetValue(output),
            Waits = parsed.GetValue(waits),
            Drains = parsed.GetValue(drains),
            IsInteractive = parsed.GetValue(interactive),
            UsesBulk = parsed.GetValue(bulk),
            SignatureFile = parsed.GetValue(signature),
            Validates = parsed.GetValue(validates),
            SeparateData = parsed.GetValue(separate),
            Interlocked = parsed.GetValue(interlocked),
            KeyFile = parsed.GetValue(keys),
            Timeout = TimeSpan.FromSeconds(parsed.GetValue(timeout)),
        }));
        return command;
    }

    /// <summary>Does what the settings say; the value is the exit status.</summary>
    public static int Run(RingSettings settings)
    {
        try
        {
            using var run = new RingRun(settings, Console.In, Console.Out);
            return run.Run();
        }
        catch (Exception e) when (e is IOException or InvalidDataException or ArgumentException or UnauthorizedAccessException)
        {
            Console.Error.WriteLine("penstock amp ring: " + e.Message);
            return 1;
        }
    }
}
