using System;
using System.CommandLine;
using System.IO;
using Penstock.HyperAmp.Services;

namespace Penstock.Cli.HyperAmp;

/// <summary><c>penstock amp keys</c>: makes a key file for the modern services.</summary>
internal static class KeysCommand
{
    public static Command Create()
    {
        var file = new Argument<string>("FILE") { Description = "The new file; an existing one is never touched." };
        var command = new Command("keys", "Makes fresh keys (AES-256, ECDSA-P256) in a file that only its owner can read.") { file };
        command.SetAction(parsed => Run(parsed.GetValue(file)!));
        return command;
    }

    public static int Run(string file)
    {
        try
        {
            using ServiceKeys keys = ServiceKeys.Generate();
            keys.Save(file);
            return 0;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Console.Error.WriteLine("penstock amp keys: " + e.Message);
            return 1;
        }
    }
}
