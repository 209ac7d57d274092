using System;
using System.Collections.Generic;
using System.IO;
using Penstock.TestBed;

namespace Penstock.Native.Tests.Building;

/// <summary>A C program of these tests, compiled for one test and gone with it.</summary>
internal sealed class CProgram : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("penstock-native-");

    /// <summary>Compiles c/NAME.c.</summary>
    /// <param name="name">Without its extension.</param>
    /// <param name="linking">What it is linked with.</param>
    public CProgram(string name, Linking linking)
    {
        Path = System.IO.Path.Combine(_directory.FullName, name);
        List<string> arguments =
        [
            "-std=gnu11", "-O1", "-Wall", "-Wextra", "-Werror", "-pthread", "-I", Library.Include, "-I", System.IO.Path.Combine(Library.Sources, "c"),
            System.IO.Path.Combine(Library.Sources, "c", name + ".c"), "-o", Path,
        ];
        arguments.AddRange(linking switch
        {
            Linking.DropIn => ["-L", DirectoryOf(Library.DropIn), "-lhev-socks5-tunnel", $"-Wl,-rpath,{DirectoryOf(Library.DropIn)}"],
            Linking.Penstock => ["-L", DirectoryOf(Library.Shared), "-lpenstock", $"-Wl,-rpath,{DirectoryOf(Library.Shared)}"],
            Linking.Static => [Library.Static, "-lm", "-ldl"],
            _ => ["-ldl"],
        });
        Command.Run("gcc", [.. arguments]);
    }

    /// <summary>The executable.</summary>
    public string Path { get; }

    /// <summary>Writes a file beside it.</summary>
    public string Write(string name, string text)
    {
        string path = System.IO.Path.Combine(_directory.FullName, name);
        File.WriteAllText(path, text);
        return path;
    }

    /// <summary>Runs it to its end in a network namespace of its own.</summary>
    public CommandResult RunAlone(params string[] arguments) =>
        Command.Try(null, "unshare", ["--net", "sh", "-c", "ip link set lo up && exec \"$@\"", "sh", Path, .. arguments]);

    public void Dispose() => _directory.Delete(recursive: true);

    private static string DirectoryOf(string file) => System.IO.Path.GetDirectoryName(file)!;
}
