using System;
using System.IO;
using Penstock.Linux.Files;
using Xunit;

namespace Penstock.Linux.Tests.Files;

public sealed class FileKindTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("penstock-kind-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public void Files_are_told_from_everything_else()
    {
        string file = Path.Combine(_directory, "\u00e4");
        File.WriteAllText(file, "");
        string link = Path.Combine(_directory, "link");
        File.CreateSymbolicLink(link, file);
        foreach (string path in (string[])[file, link])
        {
            Assert.True(FileKind.Look(path, out bool isRegular).IsSuccess && isRegular);
        }
        foreach (string path in (string[])[_directory, "/dev/null"])
        {
            Assert.True(FileKind.Look(path, out bool isRegular).IsSuccess);
            Assert.False(isRegular);
        }
        Assert.Equal(Errno.ENOENT, FileKind.Look(Path.Combine(_directory, "nothing"), out _).Errno);
        Assert.Equal(Errno.ENOTDIR, FileKind.Look(Path.Combine(file, "below"), out _).Errno);
    }
}
