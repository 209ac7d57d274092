using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Globalization;
using System.IO;

namespace Penstock.Cli.Demo;

/// <summary>A child of the demo, and what the kernel says it has used.</summary>
internal sealed class DemoProcess : IDisposable
{
    private static readonly double TicksPerSecond = 100; // USER_HZ, which /proc reports in on every architecture
    private readonly Process _process;

    private DemoProcess(Process process) => _process = process;

    public int Id => _process.Id;

    public bool HasExited => _process.HasExited;

    public int ExitCode => _process.ExitCode;

    /// <summary>This executable, as the first words of a command line.</summary>
    public static IReadOnlyList<string> Self
    {
        get
        {
            string executable = Environment.ProcessPath ?? throw new InvalidOperationException("the path of this executable is not known");
            bool isHost = Path.GetFileNameWithoutExtension(executable) == "dotnet";
            return isHost ? [executable, Path.Combine(AppContext.BaseDirectory, "penstock.dll")] : [executable];
        }
    }

    /// <summary>Starts a command; its output goes where this process's goes unless it is talked to.</summary>
    public static DemoProcess Start(bool talks, params IEnumerable<string> command)
    {
        ProcessStartInfo start = new() { RedirectStandardInput = talks, RedirectStandardOutput = talks };
        foreach (string word in command)
        {
            if (start.FileName.Length == 0)
                start.FileName = word;
            else
                start.ArgumentList.Add(word);
        }
        return new DemoProcess(Process.Start(start)!);
    }

    public void Tell(string line)
    {
        _process.StandardInput.WriteLine(line);
        _process.StandardInput.Flush();
    }

    /// <summary>Waits for a line; false when the child ended or said something else.</summary>
    public bool Hears(string expected) => _process.StandardOutput.ReadLine() == expected;

    public int Wait()
    {
        _process.WaitForExit();
        return _process.ExitCode;
    }

    public bool Wait(TimeSpan time) => _process.WaitForExit(time);

    /// <summary>User and system seconds of all threads.</summary>
    public double CpuSeconds() => Cpu($"/proc/{Id}/stat");

    /// <summary>CPU seconds of the threads whose name starts with <paramref name="prefix"/>, in the order of their names.</summary>
    public IReadOnlyList<double> ThreadSeconds(string prefix)
    {
        SortedDictionary<string, double> found = new(StringComparer.Ordinal);
        foreach (string task in Directory.EnumerateDirectories($"/proc/{Id}/task"))
        {
            string name = File.ReadAllText(task + "/comm").Trim();
            if (name.StartsWith(prefix, StringComparison.Ordinal))
                found[name] = Cpu(task + "/stat");
        }
        return [.. found.Values];
    }

    public void Dispose()
    {
        if (!_process.HasExited)
            _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
    }

    private static double Cpu(string stat)
    {
        // The second field is the name in parentheses, which may hold blanks; utime and stime are fields 14 and 15.
        string text = File.ReadAllText(stat);
        string[] fields = text[(text.LastIndexOf(')') + 2)..].Split(' ');
        return (long.Parse(fields[11], CultureInfo.InvariantCulture) + long.Parse(fields[12], CultureInfo.InvariantCulture)) / TicksPerSecond;
    }
}
