using System;
using System.IO;
using System.Linq;
using Penstock.Native.Tests.Building;
using Penstock.TestBed;
using Xunit;

namespace Penstock.Native.Tests.Packaging;

/// <summary>The Debian packages. Real: dpkg on a copy of this machine, lintian.</summary>
public sealed class DebianPackages
{
    [PackageFact("dpkg", "dpkg-deb", "objdump", "xz")]
    public void Install_run_upgrade_and_leave_nothing_behind()
    {
        DirectoryInfo newer = Directory.CreateTempSubdirectory("penstock-package-");
        try
        {
            Command.Run("env", "PENSTOCK_PACKAGE_SUFFIX=+1", $"PENSTOCK_PACKAGE_OUTPUT={newer.FullName}", Path.Combine(Repository.Root, "eng", "package.sh"), "deb");
            CommandResult life = Command.Try(
                null, Path.Combine(Library.Sources, "Packaging", "life.sh"),
                Packages.Find(Packages.Directory, "penstock_")!, Packages.Find(newer.FullName, "penstock_")!,
                Packages.Find(Packages.Directory, "libpenstock_")!, Packages.Find(newer.FullName, "libpenstock_")!,
                Path.Combine(Repository.Root, "samples"));
            Assert.True(life.Status == 0 && life.Output.Contains("nothing left", StringComparison.Ordinal), $"status {life.Status}:\n{life.Output}{life.Errors}");
        }
        finally
        {
            newer.Delete(recursive: true);
        }
    }

    [PackageFact("lintian")]
    public void Lintian_has_nothing_to_say()
    {
        string[] packages = [.. Directory.GetFiles(Packages.Directory, "*.deb")];
        Assert.Equal(2, packages.Length);
        CommandResult result = Command.Try(null, "lintian", ["--allow-root", "--fail-on", "error,warning", .. packages.Order()]);
        Assert.True(result.Status == 0, result.Output + result.Errors);
    }
}
