using System;
using System.Diagnostics;
using System.IO;
using Xunit;

namespace Penstock.HyperAmp.Tests.Interop;

/// <summary>A process of peer/peer.c: a legacy client or service, built by gcc once per run of the tests.</summary>
internal sealed class QueuePeer : IDisposable
{
    private static readonly Lazy<string> Executable = new(Build);
    private readonly Process _process;

    private QueuePeer(Process process) => _process = process;

    public static QueuePeer Start(params string[] arguments)
    {
        ProcessStartInfo start = new(Executable.Value, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        return new QueuePeer(Process.Start(start) ?? throw new IOException("the peer does not start"));
    }

    public static string Run(params string[] arguments)
    {
        using QueuePeer peer = Start(arguments);
        return peer.Finish();
    }

    /// <summary>Waits for the end and returns what it printed.</summary>
    public string Finish()
    {
        Assert.True(_process.WaitForExit(TimeSpan.FromSeconds(30)), "the peer hangs");
        string error = _process.StandardError.ReadToEnd();
        Assert.Equal("", error);
        return _process.StandardOutput.ReadToEnd().Trim();
    }

    public void Dispose()
    {
        if (!_process.HasExited)
            _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
    }

    private static string Build()
    {
        string directory = Path.Combine(AppContext.BaseDirectory, "peer");
        string program = Path.Combine(AppContext.BaseDirectory, "queue_peer");
        using Process compiler = Process.Start(
            "gcc", ["-O2", "-Wall", "-Wextra", "-Werror", "-pthread", "-I", directory, "-o", program, Path.Combine(directory, "peer.c")]);
        compiler.WaitForExit();
        return compiler.ExitCode == 0 ? program : throw new InvalidOperationException("gcc does not compile peer.c");
    }
}
