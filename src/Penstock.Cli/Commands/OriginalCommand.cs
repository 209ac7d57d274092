using System;
using Penstock.Cli.Running;

namespace Penstock.Cli.Commands;

/// <summary>The command line of hev-socks5-tunnel, for a link of that name.</summary>
internal static class OriginalCommand
{
    /// <summary>The first argument is the configuration file; the others are passed over. No word of help: it would be a path.</summary>
    public static int Run(string name, string[] arguments)
    {
        if (arguments.Length > 0 && arguments[0] != "--version")
            return new TunnelProcess(arguments[0], isQuiet: true).Run();
        (string number, string commit) = Invocation.Version();
        Console.Out.Write($"{name} CONFIG_PATH\nVersion: {number} {commit}\n");
        return ExitStatus.Usage;
    }
}
