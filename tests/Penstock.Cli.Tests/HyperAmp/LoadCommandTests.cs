using System;
using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using System.Threading.Tasks;
using Xunit;

namespace Penstock.Cli.Tests.HyperAmp;

/// <summary><c>penstock amp load</c>: what failed is told and not counted as speed.</summary>
public sealed partial class LoadCommandTests : IDisposable
{
    private const int LargestSize = 0x400000 - 1;

    private readonly Zone _zone = new();

    public void Dispose() => _zone.Dispose();

    private (int ExitCode, string Output, string Error) Load(params string[] arguments) =>
        _zone.Run(["amp", "load", _zone.Configuration, "--quiet", .. arguments]);

    [Fact]
    public async Task Answers_are_the_rate_and_the_status_is_0()
    {
        Process service = await _zone.Serve("amp", "serve", _zone.Configuration);
        (int status, string output, string error) = Load("--seconds", "1", "--threads", "2");
        Assert.Equal((0, ""), (status, error));
        Assert.Matches("^Requests: [1-9][0-9]*, failed: 0\nRate: [1-9]", output);
        Assert.Contains("Fairness:", output, StringComparison.Ordinal);
        await Zone.Stop(service);
    }

    [Fact]
    public async Task Failed_requests_have_a_reason_and_no_share_in_the_rate()
    {
        Process service = await _zone.Serve("amp", "serve", _zone.Configuration, "--services", "npucore");
        (int status, string output, _) = Load("--seconds", "1");
        Assert.Equal(1, status);
        Match counts = Counts().Match(output);
        Assert.True(counts.Success, output);
        Assert.Equal(counts.Groups[1].Value, counts.Groups[2].Value);
        Assert.NotEqual(0, long.Parse(counts.Groups[1].Value, CultureInfo.InvariantCulture));
        Assert.Contains("Rate: 0 req/s, 0.0 MB/s", output, StringComparison.Ordinal);
        Assert.DoesNotContain("Latency", output, StringComparison.Ordinal);
        await Zone.Stop(service);
    }

    [Fact]
    public async Task A_wrong_answer_is_told_as_one()
    {
        string assembly = System.IO.Path.Combine(AppContext.BaseDirectory, "Penstock.Cli.Tests.dll");
        Process service = await _zone.Serve("amp", "serve", _zone.Configuration, "--assembly", assembly);
        (int status, string output, _) = Load("--seconds", "1");
        Assert.Equal(1, status);
        Assert.Contains("(wrong answer)", output, StringComparison.Ordinal);
        await Zone.Stop(service);
    }

    [Fact]
    public async Task A_size_beyond_the_payload_area_is_refused_before_anything_is_sent()
    {
        Process service = await _zone.Serve("amp", "serve", _zone.Configuration);
        (int status, string output, string error) = Load("--size", $"{LargestSize + 1}", "--seconds", "1");
        Assert.Equal((1, ""), (status, output));
        Assert.Contains($"--size {LargestSize + 1}: ", error, StringComparison.Ordinal);
        Assert.Contains($"0 to {LargestSize}", error, StringComparison.Ordinal);
        (status, _, error) = Load("--size", $"{LargestSize}", "--seconds", "1");
        Assert.Equal((0, ""), (status, error));
        await Zone.Stop(service);
    }

    [Fact]
    public void Where_nothing_serves_the_first_time_out_ends_it()
    {
        Assert.Equal(0, _zone.Run("amp", "init", _zone.Configuration).ExitCode);
        (int status, string output, string error) = Load("--seconds", "10000", "--threads", "3");
        Assert.Equal(1, status);
        Assert.Contains("no service of this program runs on " + _zone.File("region"), error, StringComparison.Ordinal);
        Assert.Matches(@"^Requests: [1-3], failed: [1-3] \(TimedOut\)\n", output);
    }

    [GeneratedRegex(@"^Requests: ([0-9]+), failed: ([0-9]+) \(NotExists\)$", RegexOptions.Multiline)]
    private static partial Regex Counts();
}
