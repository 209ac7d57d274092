using System;

namespace Penstock.Cli.Tests;

/// <summary>The executable as the build leaves it, and a directory that goes with the test.</summary>
internal sealed class Executable : IDisposable
{
    public Executable()
    {
        Directory = System.IO.Directory.CreateTempSubdirectory("penstock-cli-").FullName;
        // tests/Penstock.Cli.Tests/bin/CONFIGURATION/FRAMEWORK beside src/Penstock.Cli/bin/CONFIGURATION/FRAMEWORK
        Path = AppContext.BaseDirectory.TrimEnd('/').Replace("/tests/Penstock.Cli.Tests/", "/src/Penstock.Cli/", StringComparison.Ordinal) + "/penstock";
    }

    public string Path { get; }

    public string Directory { get; }

    public string File(string name) => System.IO.Path.Combine(Directory, name);

    public string Write(string name, string text)
    {
        System.IO.File.WriteAllText(File(name), text);
        return File(name);
    }

    /// <summary>A script that sends its arguments, and the descriptors that it has, through a pipe with a name.</summary>
    public string Script(string name, string pipe)
    {
        string path = Write(name, $"#!/bin/sh\n(echo \"$@\"; ls /proc/self/fd | tr '\\n' ' ') > {pipe}\n");
        Penstock.Tests.Program.Run("chmod", "+x", path);
        return path;
    }

    /// <summary>A pipe with a name; what goes through it is read whole once its writer ends.</summary>
    public string Pipe(string name)
    {
        Penstock.Tests.Program.Run("mkfifo", File(name));
        return File(name);
    }

    public void Dispose() => System.IO.Directory.Delete(Directory, recursive: true);
}
