using System;
using System.IO;
using System.Reflection;

namespace Penstock.Cli.Commands;

/// <summary>How the program was called, and which build it is.</summary>
internal static class Invocation
{
    private const string OriginalName = "hev-socks5-tunnel";

    /// <summary>argv[0] as the caller wrote it; the runtime's own first argument is the path of the program.</summary>
    public static string Name()
    {
        try
        {
            string line = File.ReadAllText("/proc/self/cmdline");
            int end = line.IndexOf('\0');
            return end < 0 ? line : line[..end];
        }
        catch (IOException)
        {
            return Environment.GetCommandLineArgs()[0];
        }
    }

    /// <summary>True when the name's last part is the original's: a link or a copy stands in its place.</summary>
    public static bool IsOriginal(string name) => Path.GetFileName(name) == OriginalName;

    /// <summary><c>MAJOR.MINOR.MICRO</c>, and the commit's short id or an empty text.</summary>
    public static (string Number, string Commit) Version()
    {
        string text = typeof(Invocation).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "0.0.0";
        int plus = text.IndexOf('+');
        if (plus < 0)
            return (text, "");
        string commit = text[(plus + 1)..];
        return (text[..plus], commit.Length > 7 ? commit[..7] : commit);
    }
}
