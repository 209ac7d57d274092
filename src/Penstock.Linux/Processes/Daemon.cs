using System;
using System.Collections.Generic;
using System.IO;
using System.Text;

namespace Penstock.Linux.Processes;

/// <summary>Goes to the background by starting the same program again, since a forked runtime does not work.</summary>
public static class Daemon
{
    /// <summary>
    /// Starts this very command line again: a session of its own, working directory <c>/</c>, standard streams on /dev/null.
    /// </summary>
    /// <param name="environment">"NAME=value" entries by which the new process knows what it is.</param>
    /// <param name="descriptors">Descriptors that it gets as 3, 4, ...: open logs, the old standard error.</param>
    /// <param name="id">The new process; it outlives this one.</param>
    public static SysResult StartAgain(IReadOnlyList<string> environment, IReadOnlyList<int> descriptors, out int id)
    {
        var request = new ChildRequest
        {
            Path = Environment.ProcessPath ?? "/proc/self/exe",
            Arguments = CommandLine(),
            Environment = environment,
            WorkingDirectory = "/",
            NewSession = true,
            NullStreams = true,
            Descriptors = descriptors,
        };
        SysResult result = ChildProcess.Start(request, out ChildProcess? child);
        id = child?.Id ?? 0;
        return result;
    }

    /// <summary>
    /// The arguments as the kernel got them, the runtime host's own among them (<c>dotnet penstock.dll tunnel ...</c>),
    /// with relative file names that exist made absolute where the host needs them.
    /// </summary>
    private static List<string> CommandLine()
    {
        string[] texts = Encoding.UTF8.GetString(File.ReadAllBytes("/proc/self/cmdline")).TrimEnd('\0').Split('\0');
        var arguments = new List<string>(texts);

        // The host looks its library up in the new working directory.
        for (int i = 1; i < arguments.Count; i++)
        {
            if (!arguments[i].EndsWith(".dll", StringComparison.Ordinal) || !File.Exists(arguments[i]))
                continue;
            arguments[i] = Path.GetFullPath(arguments[i]);
            break;
        }
        return arguments;
    }
}
