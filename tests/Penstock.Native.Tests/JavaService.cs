using System.IO;
using Penstock.Native.Tests.Building;
using Penstock.TestBed;
using Xunit;

namespace Penstock.Native.Tests;

/// <summary>The Java class of the original's apps, of both generations. Real: a Java virtual machine, TUN.</summary>
public sealed class JavaService
{
    [LibraryTheory("javac", "java")]
    [InlineData("later")]
    [InlineData("earlier")]
    public void Starts_stops_and_starts_again(string generation)
    {
        DirectoryInfo classes = Directory.CreateTempSubdirectory("penstock-java-");
        try
        {
            string sources = Path.Combine(Library.Sources, "java");
            Command.Run("javac", "-d", classes.FullName, Path.Combine(sources, generation, "hev", "htproxy", "TProxyService.java"), Path.Combine(sources, "driver", "Driver.java"));
            string file = Path.Combine(classes.FullName, "run.yml");
            File.WriteAllText(file, Configurations.Idle + "\n  \n");
            CommandResult result = Command.Try(
                null, "unshare", "--net", "java", "-Xmx64m", "-Xcheck:jni", "-cp", classes.FullName, "Driver", Library.DropIn, file, "/nonexistent");
            Assert.True(result.Status == 0, $"status {result.Status}: {result.Output}{result.Errors}");
            Assert.Contains("all rounds", result.Output);
        }
        finally
        {
            classes.Delete(recursive: true);
        }
    }
}
