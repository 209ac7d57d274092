using System;
using System.IO;
using System.Linq;
using System.Text.RegularExpressions;
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

    [PackageFact("dpkg-deb", "xz")]
    public void Documents_name_only_documents_configurations_and_samples_that_lie_beside_them()
    {
        DirectoryInfo unpacked = Directory.CreateTempSubdirectory("penstock-package-");
        try
        {
            foreach (string package in (string[])["penstock", "libpenstock"])
            {
                Command.Run("dpkg-deb", "-x", Packages.Find(Packages.Directory, package + "_")!, unpacked.FullName);
                string root = Path.Combine(unpacked.FullName, "usr", "share", "doc", package);
                string[] documents = Directory.GetFiles(root, "*.md", SearchOption.AllDirectories);
                Assert.NotEmpty(documents);
                foreach (string document in documents)
                {
                    string text = File.ReadAllText(document);
                    foreach (Match name in Regex.Matches(text, @"(?<![\w./-])(?:(?:docs|conf|samples)/[\w./-]*\w|[A-Z]{4,}\.md|LICENSE\b)"))
                        Assert.True(Path.Exists(Path.Combine(root, name.Value)), $"{document}: {name.Value}");
                    foreach (Match link in Regex.Matches(text, @"\]\(([^):#]+)\)"))
                        Assert.True(Path.Exists(Path.Combine(Path.GetDirectoryName(document)!, link.Groups[1].Value)), $"{document}: {link.Groups[1].Value}");
                }
            }
        }
        finally
        {
            unpacked.Delete(recursive: true);
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
