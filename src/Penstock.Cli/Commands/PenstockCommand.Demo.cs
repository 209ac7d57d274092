using System.CommandLine;
using Penstock.Cli.Demo;

namespace Penstock.Cli.Commands;

internal static partial class PenstockCommand
{
    static partial void AddDemo(RootCommand root)
    {
        var role = new Option<string?>("--role") { Hidden = true };
        var command = new Command("demo", "Shows the tunnel at work, in namespaces of its own: moves data through a real TUN for half a minute and prints what it took.") { role };
        command.SetAction(parsed => DemoCommand.Run(parsed.GetValue(role)));
        root.Add(command);
    }
}
