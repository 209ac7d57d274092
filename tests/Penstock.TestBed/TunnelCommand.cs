using System;
using System.Collections.Generic;
using System.IO;

namespace Penstock.TestBed;

/// <summary>How a tunnel is started: a program that takes the path of a configuration file as its last argument.</summary>
/// <param name="Name">How tables and messages call it.</param>
/// <param name="Program">The executable.</param>
/// <param name="Arguments">What stands before the path of the configuration.</param>
public sealed record TunnelCommand(string Name, string Program, IReadOnlyList<string> Arguments)
{
    /// <summary>The environment variable that replaces the tunnel that the tests run.</summary>
    public const string Variable = "PENSTOCK_TEST_TUNNEL";

    /// <summary>A tunnel given by its path: Penstock, as executable or assembly, or another one that is run as PATH CONFIG.</summary>
    public static TunnelCommand At(string path)
    {
        string name = Path.GetFileNameWithoutExtension(path);
        if (path.EndsWith(".dll", StringComparison.Ordinal))
            return new TunnelCommand(name, "dotnet", [path, "tunnel"]);
        return name == "penstock"
            ? new TunnelCommand(name, path, ["tunnel"])
            : new TunnelCommand(Path.GetFileName(path), path, []);
    }

    /// <summary>Penstock as it was built last in this checkout.</summary>
    /// <param name="published">The NativeAOT executable of `eng/ci.sh publish`, not the build that `dotnet build` leaves.</param>
    /// <exception cref="FileNotFoundException">It has not been built.</exception>
    public static TunnelCommand Penstock(bool published = false)
    {
        string path = published
            ? Path.Combine(Repository.Root, "artifacts", "publish", "penstock")
            : Path.Combine(Repository.Root, "src", "Penstock.Cli", "bin", "Release", Repository.Framework, "penstock.dll");
        if (!File.Exists(path))
            throw new FileNotFoundException($"{path} is missing: run eng/ci.sh {(published ? "publish" : "build")} first.");
        return At(path);
    }

    /// <summary>The tunnel that the tests run: Penstock, or the path in <see cref="Variable"/>.</summary>
    public static TunnelCommand UnderTest() =>
        Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } path ? At(path) : Penstock();
}
