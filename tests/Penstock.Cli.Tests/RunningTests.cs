using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Threading.Tasks;
using Penstock.Tests;
using Xunit;
using Program = Penstock.Tests.Program;

namespace Penstock.Cli.Tests;

/// <summary>A tunnel as a process, in a network namespace of its own: scripts, signals, daemon. Real: kernel, TUN, scripts.</summary>
public sealed class RunningTests : IDisposable
{
    private readonly Executable _penstock = new();
    private readonly List<string> _groups = [];

    /// <summary>A test that fails leaves no tunnel and no script behind, whatever they wait for.</summary>
    public void Dispose()
    {
        if (File.Exists(PidFile))
            _groups.Add(File.ReadAllText(PidFile).Trim());
        foreach (string group in _groups)
            Program.Run("kill", "-KILL", "--", "-" + group);
        _penstock.Dispose();
    }

    [NeedsTheory(Needs.Root | Needs.Tun)]
    [InlineData("-TERM")]
    [InlineData("-INT")]
    public async Task Signal_stops_it_after_both_scripts_and_none_of_them_gets_a_descriptor(string signal)
    {
        (string up, string down, string file) = Configuration("");
        using Process process = Start("tunnel", file);
        string[] started = (await Through(up)).Split('\n');
        Assert.Matches(@"^pen0 [0-9]+$", started[0]);
        Assert.Equal("0 1 2 3", started[1].Trim()); // 3 is the directory that ls reads
        Program.Run("kill", signal, process.Id.ToString(CultureInfo.InvariantCulture));
        string[] ended = (await Through(down)).Split('\n');
        Assert.Equal(started[0], ended[0]);
        await process.WaitForExitAsync().WaitAsync(OwnThread.Patience);
        Assert.Equal(0, process.ExitCode);
        Assert.Contains("sessions", await process.StandardOutput.ReadToEndAsync(), StringComparison.Ordinal);
    }

    [NeedsFact(Needs.Root | Needs.Tun | Needs.Ip)]
    public async Task Interface_deleted_ends_it_with_an_error_and_its_pre_down_script()
    {
        (string up, string down, string file) = Configuration("");
        using Process process = Start("tunnel", file);
        await Through(up);
        Program.Run("nsenter", "--net", "-t", process.Id.ToString(CultureInfo.InvariantCulture), "ip", "link", "del", "pen0");
        await Through(down);
        await process.WaitForExitAsync().WaitAsync(OwnThread.Patience);
        Assert.Equal(1, process.ExitCode);
        Assert.Contains("[E]", await process.StandardError.ReadToEndAsync(), StringComparison.Ordinal);
    }

    [NeedsFact(Needs.Root | Needs.Tun)]
    public async Task Daemon_leaves_the_foreground_writes_its_pid_and_keeps_its_log()
    {
        string log = _penstock.File("log");
        (string up, string down, string file) = Configuration($"misc: {{ pid-file: {PidFile}, log-file: {log}, log-level: info }}\n");
        using Process foreground = Start("tunnel", file);
        await foreground.WaitForExitAsync().WaitAsync(OwnThread.Patience);
        Assert.Equal(0, foreground.ExitCode);
        await Through(up);
        string pid = File.ReadAllText(PidFile);
        Assert.EndsWith("\n", pid, StringComparison.Ordinal);
        Assert.Equal("/", new FileInfo($"/proc/{pid.Trim()}/cwd").ResolveLinkTarget(returnFinalTarget: true)!.FullName);
        Program.Run("kill", "-TERM", pid.Trim());
        Assert.StartsWith("pen0 ", await Through(down), StringComparison.Ordinal);
        Assert.Contains("[I] pen0: ", File.ReadAllText(log), StringComparison.Ordinal);
    }

    [NeedsFact(Needs.Root | Needs.Tun)]
    public async Task Daemon_keeps_its_names_where_the_command_was_started()
    {
        string names = _penstock.Write("kept-names", "penstock-mapdns 1\n3 www.example\n");
        string log = _penstock.File("log");
        (string up, string down, string file) = Configuration($"misc: {{ pid-file: {PidFile}, log-file: {log}, log-level: info }}\n{Mapped("kept-names", 9)}");
        using Process foreground = Start("tunnel", file);
        await foreground.WaitForExitAsync().WaitAsync(OwnThread.Patience);
        await Through(up);
        // Whoever has read the file writes it at its end, the names that were in it included.
        File.WriteAllText(names, "penstock-mapdns 1\n");
        Program.Run("kill", "-TERM", File.ReadAllText(PidFile).Trim());
        await Through(down);
        Assert.Equal("penstock-mapdns 1\n3 www.example\n", File.ReadAllText(names));
    }

    [NeedsFact(Needs.Root | Needs.Tun)]
    public async Task Reload_that_names_another_s_file_for_the_names_is_refused_and_that_file_stays()
    {
        string script = _penstock.Write("script", "#!/bin/sh\n");
        string log = _penstock.File("log");
        string logged = $"misc: {{ log-file: {log}, log-level: info }}\n";
        (string up, string down, string file) = Configuration(logged + Mapped("kept-names", 9));
        using Process process = Start("tunnel", file);
        await Through(up);
        File.WriteAllText(file, File.ReadAllText(file).Replace(Mapped("kept-names", 9), Mapped("script", 10), StringComparison.Ordinal));
        string id = process.Id.ToString(CultureInfo.InvariantCulture);
        Program.Run("kill", "-HUP", id);
        while (!File.ReadAllText(log).Contains("reloaded", StringComparison.Ordinal))
            await Task.Yield();
        Program.Run("kill", "-TERM", id);
        await Through(down);
        string said = File.ReadAllText(log);
        Assert.Contains($"mapdns.file: {script} cannot be used", said, StringComparison.Ordinal);
        Assert.Contains("not reloaded, everything stays as it was", said, StringComparison.Ordinal);
        Assert.Equal("#!/bin/sh\n", File.ReadAllText(script));
    }

    [NeedsFact(Needs.Root | Needs.Tun)]
    public void File_for_the_names_that_is_another_s_is_254_and_said()
    {
        string script = _penstock.Write("script", "#!/bin/sh\n");
        string file = _penstock.Write("names.yml", $"socks5: {{ port: 1, address: 127.0.0.1 }}\ntunnel: {{ name: pen0 }}\n{Mapped(script, 9)}");
        (int status, _, string error) = Program.Run("unshare", "--net", _penstock.Path, "tunnel", file);
        Assert.Equal(254, status);
        Assert.Contains(script, error, StringComparison.Ordinal);
        Assert.Equal("#!/bin/sh\n", File.ReadAllText(script));
    }

    [NeedsFact(Needs.Root | Needs.Tun)]
    public void Device_that_cannot_be_opened_is_254_and_said_on_standard_error_whatever_the_log()
    {
        string file = _penstock.Write("lo.yml", "socks5: { port: 1, address: 127.0.0.1 }\ntunnel: { name: lo }\nmisc: { log-file: 'null' }\n");
        (int status, _, string error) = Program.Run("unshare", "--net", _penstock.Path, "tunnel", file);
        Assert.Equal(254, status);
        Assert.Contains("lo", error, StringComparison.Ordinal);
    }

    [NeedsFact(Needs.Root | Needs.Tun)]
    public void Limit_of_descriptors_that_leaves_none_is_254_and_said()
    {
        string file = _penstock.Write("few.yml", "socks5: { port: 1, address: 127.0.0.1 }\ntunnel: { name: pen0 }\nmisc: { limit-nofile: 20 }\n");
        (int status, _, string error) = Program.Run("unshare", "--net", _penstock.Path, "tunnel", file);
        Assert.Equal(254, status);
        Assert.Contains("[E]", error, StringComparison.Ordinal);
    }

    private (string Up, string Down, string File) Configuration(string more)
    {
        string up = _penstock.Pipe("up.pipe");
        string down = _penstock.Pipe("down.pipe");
        // Longer than 63 characters, at which the original cuts.
        string upScript = _penstock.Script("up-" + new string('u', 80), up);
        string downScript = _penstock.Script("down-" + new string('d', 80), down);
        string file = _penstock.Write("run.yml", $"tunnel:\n  name: pen0\n  ipv4: 198.18.0.1\n  post-up-script: {upScript}\n  pre-down-script: {downScript}\n"
            + "socks5: { port: 1080, address: 127.0.0.1 }\n" + more);
        return (up, down, file);
    }

    private static string Mapped(string file, int size) =>
        $"mapdns: {{ address: 198.18.0.2, network: 100.64.0.0, netmask: 255.192.0.0, cache-size: {size}, file: {file} }}\n";

    private string PidFile => _penstock.File("pid");

    // exec by setsid, unshare and env: the process that is started is the tunnel itself, and it leads a group of its own.
    // A shell that runs tests in the background leaves SIGINT ignored, and a child would inherit that.
    private Process Start(params string[] arguments)
    {
        Process process = Process.Start(new ProcessStartInfo(
            "setsid", ["unshare", "--net", "env", "--ignore-signal=INT,TERM,HUP", _penstock.Path, .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = _penstock.Directory,
        })!;
        _groups.Add(process.Id.ToString(CultureInfo.InvariantCulture));
        return process;
    }

    private static async Task<string> Through(string pipe) => await Task.Run(() => File.ReadAllText(pipe)).WaitAsync(OwnThread.Patience);
}
