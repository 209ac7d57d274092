using Penstock.Cli.Commands;

namespace Penstock.Cli;

internal static class Program
{
    private static int Main(string[] arguments)
    {
        string invokedAs = Invocation.Name();
        return Invocation.IsOriginal(invokedAs)
            ? OriginalCommand.Run(invokedAs, arguments)
            : PenstockCommand.Run(arguments);
    }
}
