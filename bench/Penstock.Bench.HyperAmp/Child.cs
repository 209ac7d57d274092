using System;
using System.Diagnostics;
using System.IO;

namespace Penstock.Bench.HyperAmp;

/// <summary>A child process that serves until it is disposed of.</summary>
internal sealed class Child : IDisposable
{
    private readonly Process _process;

    private Child(Process process) => _process = process;

    /// <summary>Starts a service and waits until it is ready.</summary>
    public static Child Start(string program, string[] arguments)
    {
        ProcessStartInfo start = new(program, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true };
        Process process = Process.Start(start) ?? throw new IOException($"{program} does not start");
        if (process.StandardOutput.ReadLine() != "ready")
            throw new IOException($"{program} is not ready");
        return new Child(process);
    }

    /// <summary>Runs a program to its end and returns what it printed.</summary>
    public static string Output(string program, string[] arguments)
    {
        (int status, string output) = Run(program, arguments);
        return status == 0 ? output : throw new IOException($"{program} {string.Join(' ', arguments)} ended with {status}: {output}");
    }

    /// <summary>Runs a program to its end.</summary>
    public static (int Status, string Output) Run(string program, string[] arguments)
    {
        ProcessStartInfo start = new(program, arguments) { RedirectStandardOutput = true };
        using Process process = Process.Start(start) ?? throw new IOException($"{program} does not start");
        string output = process.StandardOutput.ReadToEnd().Trim();
        process.WaitForExit();
        return (process.ExitCode, output);
    }

    /// <summary>SIGKILL, and waits until it is no more.</summary>
    public void Kill()
    {
        _process.Kill();
        _process.WaitForExit();
    }

    public void Dispose()
    {
        _process.StandardInput.Close();
        if (!_process.WaitForExit(TimeSpan.FromSeconds(10)))
            _process.Kill();
        _process.Dispose();
    }
}
