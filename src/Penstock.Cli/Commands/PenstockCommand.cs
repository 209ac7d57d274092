using System;
using System.CommandLine;
using Penstock.Cli.Demo;
using Penstock.Cli.HyperAmp;
using Penstock.Cli.Running;

namespace Penstock.Cli.Commands;

/// <summary>The command line of <c>penstock</c>.</summary>
internal static class PenstockCommand
{
    // @FILE is data to the commands on shared memory, not a file of further arguments.
    private static readonly ParserConfiguration NoResponseFiles = new() { ResponseFileTokenReplacer = null };

    public static int Run(string[] arguments)
    {
        ParseResult parsed = Root().Parse(arguments, NoResponseFiles);
        int status = parsed.Invoke(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
        return parsed.Errors.Count > 0 ? ExitStatus.Usage : status;
    }

    private static RootCommand Root()
    {
        var root = new RootCommand("Carries traffic from a TUN device to a SOCKS5 proxy, on all cores.") { Tunnel(), Check(), DemoRun(), HyperAmpCommands.Shm(), HyperAmpCommands.Amp() };
        return root;
    }

    private static Command Tunnel()
    {
        Argument<string> file = File();
        var command = new Command("tunnel", "Runs the tunnel in the foreground, or as a daemon when the file names a pid-file. SIGINT and SIGTERM stop it, SIGHUP reads the file again, SIGUSR1 prints its statistics.") { file };
        command.SetAction(parsed => new TunnelProcess(parsed.GetValue(file)!, isQuiet: false).Run());
        return command;
    }

    private static Command Check()
    {
        Argument<string> file = File();
        var command = new Command("check", "Prints the configuration in force with the source of each value; the exit status is 1 when the tunnel could not start with it.") { file };
        command.SetAction(parsed => CheckCommand.Run(parsed.GetValue(file)!, Console.Out, Console.Error));
        return command;
    }

    private static Command DemoRun()
    {
        var role = new Option<string?>("--role") { Hidden = true };
        var command = new Command("demo", "Shows the tunnel at work, in namespaces of its own: moves data through a real TUN for half a minute and prints what it took.") { role };
        command.SetAction(parsed => DemoCommand.Run(parsed.GetValue(role)));
        return command;
    }

    private static Argument<string> File() => new("CONFIG")
    {
        Description = "Configuration file (YAML); docs/configuration.md lists every key.",
    };
}
