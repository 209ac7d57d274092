using System;
using System.Diagnostics;
using System.Threading.Tasks;
using Penstock.Tests;
using Xunit;
using Program = Penstock.Tests.Program;

namespace Penstock.Cli.Tests.HyperAmp;

/// <summary>The executable with a region in a directory of its own, and services as processes.</summary>
internal sealed class Zone : IDisposable
{
    private readonly Executable _penstock = new();

    public Zone() => Configuration = _penstock.Write("shm_config.json", $$"""
        { "backend": "file", "path": "{{_penstock.File("region")}}",
          "shm_regions": [
            { "region_flag": "linux-2-npucore-buf", "zone0_ram_ipa": "0xde000000", "zonex_ram_ipa": "0xde000000", "mem_size": "0x400000" },
            { "region_flag": "linux-2-npucore-msg", "zone0_ram_ipa": "0xde400000", "zonex_ram_ipa": "0xde410000", "mem_size": "0x1000" } ] }
        """);

    public string Configuration { get; }

    public string File(string name) => _penstock.File(name);

    public (int ExitCode, string Output, string Error) Run(params string[] arguments) => Program.Run(_penstock.Path, arguments);

    /// <summary>Starts a service and returns once its first line is there.</summary>
    public Task<Process> Serve(params string[] arguments) => Start(readsErrors: false, arguments);

    /// <summary>The same, with the standard error to be read by the caller.</summary>
    public Task<Process> ServeTellingErrors(params string[] arguments) => Start(readsErrors: true, arguments);

    /// <summary>Ends a service by SIGTERM; it has to answer with status 0.</summary>
    public static async Task Stop(Process process)
    {
        Program.Run("kill", "-TERM", $"{process.Id}");
        await process.WaitForExitAsync().WaitAsync(OwnThread.Patience);
        Assert.Equal(0, process.ExitCode);
        process.Dispose();
    }

    public void Dispose() => _penstock.Dispose();

    private async Task<Process> Start(bool readsErrors, string[] arguments)
    {
        Process process = Process.Start(new ProcessStartInfo(_penstock.Path, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = readsErrors,
            WorkingDirectory = _penstock.Directory,
        })!;
        string? line = await process.StandardOutput.ReadLineAsync().WaitAsync(OwnThread.Patience);
        Assert.Contains("serving", line, StringComparison.OrdinalIgnoreCase);
        return process;
    }
}
