using System;
using System.IO;
using Xunit;
using Program = Penstock.Tests.Program;

namespace Penstock.Cli.Tests;

/// <summary>The executable as a process: arguments, streams, exit statuses. Nothing here needs root.</summary>
public sealed class CommandLineTests : IDisposable
{
    private const string Good = "socks5: { port: 1080, address: 127.0.0.1 }\ntunnel: { mtu: 1500 }\n";

    private readonly Executable _penstock = new();

    public void Dispose() => _penstock.Dispose();

    [Fact]
    public void Check_prints_what_is_in_force_and_exits_with_0()
    {
        string file = _penstock.Write("good.yml", Good);
        (int status, string output, string error) = Program.Run(_penstock.Path, "check", file);
        Assert.Equal((0, ""), (status, error));
        Assert.Contains($"# {file}:2", output, StringComparison.Ordinal);
        Assert.Contains("log-level: warn", output, StringComparison.Ordinal);
    }

    [Fact]
    public void Check_of_a_file_with_an_error_exits_with_1_and_names_the_line()
    {
        string file = _penstock.Write("bad.yml", Good + "misc: { connect-timeout: soon }\n");
        (int status, _, string error) = Program.Run(_penstock.Path, "check", file);
        Assert.Equal(1, status);
        Assert.StartsWith($"{file}:3: error: misc.connect-timeout:", error, StringComparison.Ordinal);
    }

    [Fact]
    public void Warning_alone_leaves_the_status_0()
    {
        (int status, _, string error) = Program.Run(_penstock.Path, "check", _penstock.Write("odd.yml", Good + "tunel: {}\n"));
        Assert.Equal(0, status);
        Assert.Contains("did you mean tunnel?", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("tunnel")]
    [InlineData("no-such-command")]
    [InlineData("check", "a", "b")]
    public void Command_that_is_not_understood_exits_with_255(params string[] arguments)
    {
        (int status, _, string error) = Program.Run(_penstock.Path, arguments);
        Assert.Equal(255, status);
        Assert.NotEqual("", error);
    }

    [Theory]
    [InlineData("--help", "tunnel")]
    [InlineData("--version", "0.")]
    public void Help_and_version_exit_with_0(string argument, string says)
    {
        (int status, string output, _) = Program.Run(_penstock.Path, argument);
        Assert.Equal(0, status);
        Assert.Contains(says, output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/nonexistent.yml", "no such file")]
    [InlineData("empty.yml", "the file is empty")]
    public void Tunnel_without_a_usable_file_exits_with_254_and_says_why(string name, string says)
    {
        string path = name[0] == '/' ? name : _penstock.Write(name, "");
        (int status, _, string error) = Program.Run(_penstock.Path, "tunnel", path);
        Assert.Equal(254, status);
        Assert.Contains(says, error, StringComparison.Ordinal);
    }

    [Fact]
    public void Log_file_that_cannot_be_opened_is_254_with_its_name()
    {
        string file = _penstock.Write("log.yml", Good + "misc: { log-file: /nonexistent/x.log }\n");
        (int status, _, string error) = Program.Run(_penstock.Path, "tunnel", file);
        Assert.Equal(254, status);
        Assert.Contains("/nonexistent/x.log", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData()]
    [InlineData("--version")]
    [InlineData("--version", "more")]
    public void By_the_original_s_name_usage_is_two_lines_and_255(params string[] arguments)
    {
        string link = Link();
        (int status, string output, string error) = Program.Run(link, arguments);
        Assert.Equal((255, ""), (status, error));
        Assert.Matches("^" + link + " CONFIG_PATH\nVersion: [0-9]+\\.[0-9]+\\.[0-9]+ [0-9a-f]*\n$", output);
    }

    [Fact]
    public void By_the_original_s_name_help_is_a_path()
    {
        (int status, string output, _) = Program.Run(Link(), "--help");
        Assert.Equal((254, ""), (status, output));
    }

    private string Link()
    {
        string link = _penstock.File("hev-socks5-tunnel");
        File.CreateSymbolicLink(link, _penstock.Path);
        return link;
    }
}
