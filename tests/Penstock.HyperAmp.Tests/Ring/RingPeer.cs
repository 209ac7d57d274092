using System;
using System.Diagnostics;
using System.IO;
using System.Threading.Tasks;
using Penstock.Tests;
using Xunit;

namespace Penstock.HyperAmp.Tests.Ring;

/// <summary>A process of peer/ring_peer.c, which gcc builds once per run of the tests.</summary>
internal sealed class RingPeer : IDisposable
{
    private static readonly Lazy<string> _program = new(Build);
    private readonly Process _process;
    private readonly Task<string> _error;

    private RingPeer(Process process)
    {
        _process = process;
        _error = process.StandardError.ReadToEndAsync();
    }

    public static RingPeer Start(string file, string verb, int count = 0, string locking = "naive")
    {
        var start = new ProcessStartInfo(_program.Value, [file, verb, $"{count}", locking]) { RedirectStandardError = true };
        return new(Process.Start(start) ?? throw new IOException("the peer does not start"));
    }

    public static void Run(string file, string verb, int count = 0, string locking = "naive")
    {
        using RingPeer peer = Start(file, verb, count, locking);
        peer.AssertSucceeds();
    }

    public void AssertSucceeds()
    {
        Assert.True(_process.WaitForExit(TimeSpan.FromSeconds(90)), "the peer hangs");
        Assert.Equal((0, ""), (_process.ExitCode, _error.Result));
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
        string program = Path.Combine(AppContext.BaseDirectory, "ring_peer");
        string source = Path.Combine(AppContext.BaseDirectory, "peer", "ring_peer.c");
        (int exitCode, _, string error) = Program.Run("gcc", "-O2", "-Wall", "-Wextra", "-Werror", "-o", program, source);
        return exitCode == 0 ? program : throw new InvalidOperationException(error);
    }
}
