using System;
using Penstock.Native.Tests.Building;
using Penstock.TestBed;
using Xunit;

namespace Penstock.Native.Tests;

/// <summary>What a run does to the process around it; docs/embedding.md lists the same. Real: the kernel.</summary>
public sealed class Neighbour
{
    [LibraryFact]
    public void Keeps_to_what_the_documentation_lists()
    {
        using var program = new CProgram("neighbour", Linking.DropIn);
        string pid = program.Write("pid", "as before");
        string file = program.Write("run.yml", Configurations.Idle + $"\nmisc: {{ limit-nofile: 4000, pid-file: {pid} }}\n");
        CommandResult result = program.RunAlone(file);
        Assert.True(result.Status == 0, $"status {result.Status}: {result.Output}{result.Errors}");
        string[] lines = result.Output.Trim().Split('\n');
        string before = lines[0]["signals before:".Length..];
        string after = Array.Find(lines, line => line.StartsWith("signals after:", StringComparison.Ordinal))!["signals after:".Length..];
        // SIGFPE, SIGSEGV and the first real-time signal are the runtime's; SIGPIPE is ignored.
        Assert.Equal(before.Replace(" 13 ignored", "", StringComparison.Ordinal) + " 8 11 13 ignored 34", after);
        Assert.Contains("child kept", lines);
        Assert.Contains("mask kept", lines);
        Assert.Contains("limit 4000", lines);
        Assert.Contains("handlers on other threads 0", lines);
        Assert.Contains("process kept, main 0", lines);
        Assert.Contains("misc.pid-file", result.Errors, StringComparison.Ordinal);
        Assert.Equal("as before", System.IO.File.ReadAllText(pid));
    }

    [LibraryFact("valgrind")]
    public void Loses_no_memory_that_valgrind_could_find()
    {
        using var program = new CProgram("cycles", Linking.DropIn);
        string file = program.Write("run.yml", Configurations.Idle);
        CommandResult result = Command.Try(
            // The collector reserves 256 GiB of addresses, which valgrind does not have.
            null, "unshare", "--net", "env", "DOTNET_GCRegionRange=100000000", "valgrind", "--quiet", "--leak-check=full", "--show-leak-kinds=definite", "--errors-for-leak-kinds=definite",
            "--error-exitcode=9", "--undef-value-errors=no", program.Path, file, "10", "200000");
        Assert.True(result.Status == 0, $"status {result.Status}: {result.Output}{result.Errors}");
    }
}
