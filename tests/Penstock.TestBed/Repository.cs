using System;
using System.IO;

namespace Penstock.TestBed;

/// <summary>Where the checkout lies that this assembly was built in.</summary>
public static class Repository
{
    /// <summary>The directory of the solution.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>The target framework of this build, as output directories are named.</summary>
    public static string Framework { get; } = $"net{Environment.Version.Major}.0";

    private static string FindRoot()
    {
        for (var at = new DirectoryInfo(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            if (File.Exists(Path.Combine(at.FullName, "Penstock.slnx")))
                return at.FullName;
        }

        throw new InvalidOperationException($"no Penstock.slnx above {AppContext.BaseDirectory}");
    }
}
