using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Threading;

namespace Penstock.TestBed;

/// <summary>A network namespace that disappears with this object, and everything that runs in it with it.</summary>
/// <remarks>Its name carries the process id of its maker: what a killed run leaves behind is found and removed by the next one.</remarks>
public sealed class NetworkNamespace : IDisposable
{
    private const string Prefix = "penstock-";
    private const string NamedNamespaces = "/run/netns";

    private static int count;

    /// <summary>Creates a namespace with its loopback up.</summary>
    public NetworkNamespace(string role)
    {
        Name = string.Create(CultureInfo.InvariantCulture, $"{Prefix}{Environment.ProcessId}-{Interlocked.Increment(ref count)}-{role}");
        Command.Run("ip", "netns", "add", Name);
        Ip("link set lo up");
        Files = Directory.CreateDirectory(FilesOf(Name)).FullName;
    }

    /// <summary>The name that `ip netns` knows.</summary>
    public string Name { get; }

    /// <summary>A directory for files of what runs here, removed with the namespace.</summary>
    public string Files { get; }

    /// <summary>Runs lines of `ip` commands, without the word ip, in this namespace.</summary>
    public void Ip(params string[] lines) =>
        Command.RunWithInput(string.Join('\n', lines) + "\n", "ip", "-n", Name, "-batch", "-");

    /// <summary>Runs a program to its end in this namespace.</summary>
    public string Run(string program, params string[] arguments) => Command.Run("ip", Inside(program, arguments));

    /// <summary>Runs a program to its end in this namespace; its status is the answer.</summary>
    public CommandResult Try(string program, params string[] arguments) => Command.Try(null, "ip", Inside(program, arguments));

    /// <summary>Starts a program in this namespace.</summary>
    public Child Start(string name, string program, IEnumerable<string> arguments, bool input = false) =>
        Child.Start(name, "ip", Inside(program, arguments), input);

    /// <summary>Sets kernel parameters of this namespace, as key=value.</summary>
    public void Set(params string[] parameters) => Run("sysctl", ["-qw", .. parameters]);

    /// <summary>An interface of this name exists and is up.</summary>
    public bool HasInterface(string name) =>
        Command.Try(null, "ip", "-n", Name, "link", "show", "up", "dev", name) is { Status: 0, Output.Length: > 0 };

    /// <inheritdoc/>
    public void Dispose() => Remove(Name);

    /// <summary>Removes the namespaces of runs whose process is gone.</summary>
    public static void RemoveAbandoned()
    {
        if (!Directory.Exists(NamedNamespaces))
            return;
        foreach (string path in Directory.GetFiles(NamedNamespaces, Prefix + "*"))
        {
            string name = Path.GetFileName(path);
            string pid = name[Prefix.Length..].Split('-')[0];
            if (!Directory.Exists("/proc/" + pid))
                Remove(name);
        }
    }

    /// <summary>Removes all namespaces that this process made.</summary>
    public static void RemoveOwn()
    {
        if (!Directory.Exists(NamedNamespaces))
            return;
        string own = string.Create(CultureInfo.InvariantCulture, $"{Prefix}{Environment.ProcessId}-*");
        foreach (string path in Directory.GetFiles(NamedNamespaces, own))
            Remove(Path.GetFileName(path));
    }

    private static void Remove(string name)
    {
        string pids = Command.Try(null, "ip", "netns", "pids", name).Output;
        foreach (string pid in pids.Split('\n', StringSplitOptions.RemoveEmptyEntries))
            Command.Try(null, "kill", "-KILL", pid);
        Command.Try(null, "ip", "netns", "delete", name);
        try
        {
            Directory.Delete(FilesOf(name), recursive: true);
        }
        catch (DirectoryNotFoundException)
        {
            // Another run that removes what was abandoned was faster.
        }
    }

    private static string FilesOf(string name) => Path.Combine(Path.GetTempPath(), name);

    private string[] Inside(string program, IEnumerable<string> arguments) => ["netns", "exec", Name, program, .. arguments];
}
