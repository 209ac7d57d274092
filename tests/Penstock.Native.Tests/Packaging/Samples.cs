using System;
using System.IO;
using Penstock.Namespaces.Tests.Scenes;
using Penstock.Native.Tests.Building;
using Penstock.TestBed;
using Xunit;

namespace Penstock.Native.Tests.Packaging;

/// <summary>The samples, built as their users build them, each with traffic. Real: TUN, kernel TCP, proxy, NuGet.</summary>
public sealed class Samples : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly string Sources = Path.Combine(Repository.Root, "samples");
    private static readonly string Published = Path.GetDirectoryName(Library.DropIn)!;

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("penstock-sample-");

    public void Dispose() => _directory.Delete(recursive: true);

    [LibraryFact]
    public void C()
    {
        string program = Path.Combine(_directory.FullName, "tunnel");
        Command.Run(
            "gcc", "-Wall", "-Wextra", "-Werror", "-I", Library.Include, "-o", program, Path.Combine(Sources, "c", "tunnel.c"),
            "-L", Published, "-lpenstock", $"-Wl,-rpath,{Published}");
        Carries(new Sample(program));
    }

    [LibraryFact]
    public void C_in_the_original_s_place()
    {
        string program = Path.Combine(_directory.FullName, "drop-in");
        Command.Run(
            "gcc", "-Wall", "-Wextra", "-Werror", "-I", Library.Include, "-o", program, Path.Combine(Sources, "c", "drop-in.c"),
            "-L", Published, "-lhev-socks5-tunnel", $"-Wl,-rpath,{Published}");
        Carries(new Sample(program) { TellsTraffic = false });
    }

    // A virtual machine that a signal ends has the status of that signal, 128 + 15.
    [LibraryFact("javac", "java")]
    public void Java()
    {
        Command.Run("javac", "-Xlint:all", "-Werror", "-d", _directory.FullName, Path.Combine(Sources, "java", "hev", "htproxy", "TProxyService.java"));
        Carries(new Sample("java", "-Xmx64m", "-Xcheck:jni", "-cp", _directory.FullName, "hev.htproxy.TProxyService") { Library = Library.DropIn, Status = 143 });
    }

    [LibraryFact("python3")]
    public void Python() => Carries(new Sample("python3", Path.Combine(Sources, "python", "tunnel.py")) { Library = Library.Shared });

    [PackageFact("dotnet")]
    public void DotNet()
    {
        foreach (string file in Directory.GetFiles(Path.Combine(Sources, "dotnet")))
            File.Copy(file, Path.Combine(_directory.FullName, Path.GetFileName(file)));
        string cache = Path.Combine(_directory.FullName, "packages");
        // A cache of its own: one that has seen an earlier build of the same version would not look again. What others made is taken from the usual one.
        string usual = Environment.GetEnvironmentVariable("NUGET_PACKAGES") ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");
        File.Copy(Path.Combine(_directory.FullName, "nuget.config"), Path.Combine(_directory.FullName, "sample.config"));
        File.WriteAllText(
            Path.Combine(_directory.FullName, "nuget.config"),
            File.ReadAllText(Path.Combine(_directory.FullName, "sample.config")).Replace("../../artifacts/package", Packages.Directory, StringComparison.Ordinal));
        Command.Run(
            "dotnet", "build", _directory.FullName, "-c", "Release", "-nologo", "-v", "q", "-o", Path.Combine(_directory.FullName, "out"),
            $"-p:RestorePackagesPath={cache}", $"-p:RestoreFallbackFolders={usual}");
        Carries(new Sample("dotnet", Path.Combine(_directory.FullName, "out", "Tunnel.dll")));
    }

    /// <summary>Starts it, moves data, stops it.</summary>
    private static void Carries(Sample sample)
    {
        using var bed = new Bed();
        bed.StartServer("proxy", 1080, "dotnet", Scene.Peer, "socks", "1080");
        bed.StartServer("server", 7000, "dotnet", Scene.Peer, "serve", "7000");
        string file = bed.WriteConfiguration(new TunnelSettings());
        string[] arguments = sample.Library is { } library ? [.. sample.Arguments, file, library] : [.. sample.Arguments, file];
        using Child child = bed.App.Start("sample", sample.Program, arguments);
        Eventually.Requires("tun0 up", Patience, () => child.HasExited || bed.App.HasInterface("tun0"), () => child.Output);
        bed.RouteThrough("tun0");
        bed.App.Run("timeout", "60", "dotnet", "exec", Scene.Peer, "move", Bed.ServerAddress, "7000", "both:2:500000");
        child.Signal("TERM");
        Assert.True(child.WaitForExit(Patience), child.Output);
        Assert.True(child.Status == sample.Status, $"status {child.Status}: {child.Output}");
        if (sample.TellsTraffic)
            Assert.Matches(@"[0-9]{7,} bytes from the device, [0-9]{7,} bytes to it", child.Output);
    }

    /// <summary>How a sample is started, and how it ends: its arguments are followed by a configuration file, and a library if it takes one.</summary>
    private sealed record Sample(string Program, params string[] Arguments)
    {
        public string? Library { get; init; }

        public int Status { get; init; }

        public bool TellsTraffic { get; init; } = true;
    }
}
