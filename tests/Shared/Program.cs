using System;
using System.Diagnostics;
using System.IO;
using System.Threading.Tasks;

namespace Penstock.Tests;

/// <summary>Runs a program to its end, under a watchdog.</summary>
public static class Program
{
    public static (int ExitCode, string Output, string Error) Run(string name, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(name, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        }) ?? throw new IOException($"cannot start {name}");
        process.StandardInput.Close();
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> error = process.StandardError.ReadToEndAsync();
        if (!process.WaitForExit(OwnThread.Patience))
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"{name} hangs");
        }
        return (process.ExitCode, output.Result, error.Result);
    }
}
