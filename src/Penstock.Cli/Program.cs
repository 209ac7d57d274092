using Penstock.Cli.Commands;
using Penstock.Linux.Events;

namespace Penstock.Cli;

internal static class Program
{
    private static int Main(string[] arguments)
    {
        SignalSource.Heed(Signal.Interrupt); // every command ends by it, also one that a shell's & has started
        string invokedAs = Invocation.Name();
        return Invocation.IsOriginal(invokedAs)
            ? OriginalCommand.Run(invokedAs, arguments)
            : PenstockCommand.Run(arguments);
    }
}
