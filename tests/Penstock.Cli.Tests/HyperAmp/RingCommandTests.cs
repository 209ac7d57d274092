using System;
using System.Diagnostics;
using System.IO;
using System.Threading.Tasks;
using Xunit;

namespace Penstock.Cli.Tests.HyperAmp;

/// <summary><c>penstock amp ring</c> in two processes on one file.</summary>
public sealed class RingCommandTests : IDisposable
{
    private readonly Zone _zone = new();

    public void Dispose() => _zone.Dispose();

    private (int ExitCode, string Output, string Error) Ring(params string[] arguments) =>
        _zone.Run(["amp", "ring", "--path", _zone.File("ring"), .. arguments]);

    [Fact]
    public async Task Texts_files_and_bulk_come_back_from_the_backend()
    {
        Process backend = await _zone.Serve("amp", "ring", "--path", _zone.File("ring"), "--serve");
        (int status, string output, _) = Ring("-p", "hello", "-w");
        Assert.Equal(0, status);
        Assert.Contains("\nhello\n68656c6c6f\n", output, StringComparison.Ordinal);

        File.WriteAllText(_zone.File("in"), "hello");
        Assert.Equal(0, Ring("-e", "@" + _zone.File("in"), "-o", _zone.File("out")).ExitCode);
        Assert.Equal("323f363635", Convert.ToHexStringLower(File.ReadAllBytes(_zone.File("out"))));

        byte[] big = new byte[1_500_000];
        new Random(2).NextBytes(big);
        File.WriteAllBytes(_zone.File("big"), big);
        Assert.Equal(0, Ring("-B", "-e", "@" + _zone.File("big"), "-o", _zone.File("masked")).ExitCode);
        Assert.Equal(0, Ring("-B", "-d", "@" + _zone.File("masked"), "-o", _zone.File("back")).ExitCode);
        Assert.Equal(big, File.ReadAllBytes(_zone.File("back")));

        (status, _, string error) = Ring("--serve");
        Assert.Equal(1, status);
        Assert.Contains("another process is the Remote side", error, StringComparison.Ordinal);
        await Zone.Stop(backend);
    }

    [Fact]
    public void Without_a_creator_the_status_is_1_and_the_remedy_is_told()
    {
        (int status, _, string error) = Ring("-p", "hello", "-w");
        Assert.Equal(1, status);
        Assert.Contains("-c", error, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_a_backend_waiting_ends_at_the_time_limit_with_status_1()
    {
        (int status, string output, _) = Ring("-c", "-p", "hello", "-w", "--timeout", "0.05");
        Assert.Equal(1, status);
        Assert.Contains("TimedOut", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_answer_is_not_written_through_a_link()
    {
        File.WriteAllText(_zone.File("precious"), "precious");
        File.CreateSymbolicLink(_zone.File("link"), _zone.File("precious"));
        Process backend = await _zone.Serve("amp", "ring", "--path", _zone.File("ring"), "--serve");
        Assert.Equal(1, Ring("-p", "hello", "-o", _zone.File("link")).ExitCode);
        Assert.Equal("precious", File.ReadAllText(_zone.File("precious")));
        await Zone.Stop(backend);
    }
}
