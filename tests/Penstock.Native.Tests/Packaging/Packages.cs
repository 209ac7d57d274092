using System.IO;
using System.Linq;
using Penstock.Native.Tests.Building;
using Penstock.TestBed;

namespace Penstock.Native.Tests.Packaging;

/// <summary>The packages as `eng/ci.sh package` left them.</summary>
internal static class Packages
{
    /// <summary>Where they are.</summary>
    public static string Directory { get; } = Path.Combine(Repository.Root, "artifacts", "package");

    /// <summary>What is missing, in one sentence; null when nothing is.</summary>
    public static string? Missing(params string[] programs)
    {
        if (Library.Missing(programs) is { } missing)
            return missing;
        bool has = System.IO.Directory.Exists(Directory) && Find(Directory, "penstock_") is not null && Find(Directory, "Penstock.Tunnel.") is not null;
        return has ? null : $"{Directory} has no packages: eng/ci.sh package";
    }

    /// <summary>The file whose name begins so; null when there is none.</summary>
    public static string? Find(string directory, string start) =>
        System.IO.Directory.GetFiles(directory).FirstOrDefault(file => Path.GetFileName(file).StartsWith(start, System.StringComparison.Ordinal));
}
