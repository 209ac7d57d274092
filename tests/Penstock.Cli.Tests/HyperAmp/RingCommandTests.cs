using System;
using System.Diagnostics;
using System.IO;
using System.Linq;
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
    public async Task An_answer_that_goes_to_a_file_is_not_on_the_screen()
    {
        Process backend = await _zone.Serve("amp", "ring", "--path", _zone.File("ring"), "--serve");
        (int status, string output, _) = Ring("-p", "hello", "-o", _zone.File("out"));
        Assert.Equal(0, status);
        Assert.StartsWith($"answer: 5 bytes, saved to {_zone.File("out")}\nTX: ", output, StringComparison.Ordinal);
        Assert.Equal("hello", File.ReadAllText(_zone.File("out")));
        await Zone.Stop(backend);
    }

    [Fact]
    public async Task A_long_answer_is_cut_on_the_screen()
    {
        Process backend = await _zone.Serve("amp", "ring", "--path", _zone.File("ring"), "--serve");
        (int status, string output, _) = Ring("-p", new string('a', 256), "-w");
        Assert.Equal(0, status);
        Assert.StartsWith($"answer: 256 bytes\n{new string('a', 256)}\n{string.Concat(Enumerable.Repeat("61", 256))}\nTX: ", output, StringComparison.Ordinal);

        File.WriteAllText(_zone.File("big"), new string('a', 1_000_000));
        (status, output, _) = Ring("-B", "-p", "@" + _zone.File("big"), "-w");
        Assert.Equal(0, status);
        Assert.StartsWith(
            $"answer: 1000000 bytes\n{new string('a', 256)}\n{string.Concat(Enumerable.Repeat("61", 256))}\n999744 bytes more; -o FILE saves them all\nTX: ", output, StringComparison.Ordinal);
        await Zone.Stop(backend);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_backend_shows_payload_only_when_it_is_asked_to(bool isVerbose)
    {
        string[] command = ["amp", "ring", "--path", _zone.File("ring"), "--serve"];
        Process backend = await _zone.Serve(isVerbose ? [.. command, "--verbose"] : command);
        Task<string> shown = backend.StandardOutput.ReadToEndAsync();
        Assert.Equal(0, Ring("-s", "precious").ExitCode);
        // Answered after the text was served.
        Assert.Equal(0, Ring("-p", "hello", "-w").ExitCode);
        await Zone.Stop(backend);
        string output = await shown;
        Assert.Contains("Data frontend=1 backend=0 8 bytes", output, StringComparison.Ordinal);
        Assert.Equal(isVerbose, output.Contains("8 bytes: precious\n", StringComparison.Ordinal));
        Assert.Equal(isVerbose, output.Contains("precious", StringComparison.Ordinal));
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
