using System;
using System.Diagnostics;
using System.IO;
using Xunit;

namespace Penstock.HyperAmp.Tests.Crash;

/// <summary>A process of Penstock.HyperAmp.Victim.</summary>
internal static class VictimProcess
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>Starts one and waits until it is ready.</summary>
    public static Process Start(string role, string path, params string[] more)
    {
        Process process = Begin(role, path, more);
        Assert.Equal("ready", process.StandardOutput.ReadLine());
        return process;
    }

    /// <summary>Starts one that may end before it says anything.</summary>
    public static Process Begin(string role, string path, params string[] more)
    {
        string program = Path.Combine(AppContext.BaseDirectory, "Penstock.HyperAmp.Victim");
        ProcessStartInfo start = new(program, [role, path, .. more]) { RedirectStandardInput = true, RedirectStandardOutput = true };
        return Process.Start(start)!;
    }

    /// <summary>Ends one whose work is until its standard input ends.</summary>
    public static void Finish(Process process)
    {
        process.StandardInput.Close();
        Assert.True(process.WaitForExit(Patience), "the process does not end");
        Assert.Equal(0, process.ExitCode);
    }

    /// <summary>Waits for one that kills itself.</summary>
    public static void AwaitDeath(Process process)
    {
        const int Killed = 128 + 9;
        Assert.True(process.WaitForExit(Patience), "the process lives on");
        Assert.Equal(Killed, process.ExitCode);
    }
}
