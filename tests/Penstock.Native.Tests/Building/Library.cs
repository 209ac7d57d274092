using System;
using System.IO;
using Penstock.TestBed;

namespace Penstock.Native.Tests.Building;

/// <summary>The library as `eng/ci.sh publish` left it, and why it cannot be tested if it cannot.</summary>
internal static class Library
{
    /// <summary>The shared library under the original's name.</summary>
    public static string DropIn { get; } = Published("libhev-socks5-tunnel.so");

    /// <summary>The same under ours.</summary>
    public static string Shared { get; } = Published("libpenstock.so");

    /// <summary>The static library.</summary>
    public static string Static { get; } = Published("libpenstock.a");

    /// <summary>The headers.</summary>
    public static string Include { get; } = Path.Combine(Repository.Root, "include");

    /// <summary>The C programs of these tests.</summary>
    public static string Sources { get; } = Path.Combine(Repository.Root, "tests", "Penstock.Native.Tests");

    /// <summary>What is missing, in one sentence; null when nothing is. In continuous integration nothing may be.</summary>
    public static string? Missing(params string[] programs)
    {
        if (Environment.GetEnvironmentVariable("CI") is "true" or "1")
            return null;
        foreach (string file in (string[])[DropIn, Shared, Static])
        {
            if (!File.Exists(file))
                return $"{file} is missing: eng/ci.sh publish";
        }
        return YoungerThanTheLibrary() is { } source ? $"the library is older than {source}: eng/ci.sh publish" : Requirements.Missing(programs);
    }

    private static string Published(string name) => Path.Combine(Repository.Root, "artifacts", "publish", name);

    private static string? YoungerThanTheLibrary()
    {
        DateTime built = File.GetLastWriteTimeUtc(DropIn);
        foreach (string project in (string[])["Penstock.Native", "Penstock.Tunnel", "Penstock.Linux", "Penstock.Stack", "Penstock.Wire"])
        {
            foreach (string file in Directory.EnumerateFiles(Path.Combine(Repository.Root, "src", project), "*.c*", SearchOption.AllDirectories))
            {
                bool isSource = file.EndsWith(".cs", StringComparison.Ordinal) || file.EndsWith(".c", StringComparison.Ordinal);
                if (isSource && !file.Contains("/obj/", StringComparison.Ordinal) && File.GetLastWriteTimeUtc(file) > built)
                    return file;
            }
        }
        return null;
    }
}
