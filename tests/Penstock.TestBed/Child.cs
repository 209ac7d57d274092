using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Globalization;

namespace Penstock.TestBed;

/// <summary>A program that runs until it is stopped, with the last lines it wrote.</summary>
public sealed class Child : IDisposable
{
    private const int KeptLines = 400;

    private readonly Process process;
    private readonly LinkedList<string> lines = new();
    private readonly object gate = new();
    private int seen;

    private Child(string name, Process process)
    {
        Name = name;
        this.process = process;
    }

    /// <summary>How messages call it.</summary>
    public string Name { get; }

    /// <summary>The process' id; `ip netns exec` becomes the program itself, so this is the program's.</summary>
    public int Pid => process.Id;

    /// <summary>It has ended.</summary>
    public bool HasExited => process.HasExited;

    /// <summary>Its exit status, once it has ended.</summary>
    public int Status => process.ExitCode;

    /// <summary>The last lines of both its outputs.</summary>
    public string Output
    {
        get
        {
            lock (gate)
                return string.Join('\n', lines);
        }
    }

    /// <summary>Starts <paramref name="program"/>; <see cref="Write"/> needs <paramref name="input"/>.</summary>
    public static Child Start(string name, string program, IEnumerable<string> arguments, bool input = false)
    {
        ProcessStartInfo info = Command.StartInfo(program, arguments, input);
        var child = new Child(name, new Process { StartInfo = info });
        child.process.OutputDataReceived += child.Keep;
        child.process.ErrorDataReceived += child.Keep;
        child.process.Start();
        child.process.BeginOutputReadLine();
        child.process.BeginErrorReadLine();
        return child;
    }

    /// <summary>Waits for a line, counted from the end of the last such wait, that <paramref name="wanted"/> accepts.</summary>
    /// <exception cref="InvalidOperationException">The program ended, or the time did.</exception>
    public string WaitForLine(TimeSpan patience, Func<string, bool> wanted)
    {
        string? found = null;
        bool held = Eventually.Holds(patience, () =>
        {
            bool ended = process.HasExited;
            if (ended)
                process.WaitForExit();
            found = NextLine(wanted);
            return found is not null || ended;
        });
        return held && found is not null
            ? found
            : throw new InvalidOperationException($"{Name}: the expected line did not come. It wrote:\n{Output}");
    }

    /// <summary>Writes a line to its standard input.</summary>
    public void Write(string line)
    {
        process.StandardInput.WriteLine(line);
        process.StandardInput.Flush();
    }

    /// <summary>Sends a signal by its name without SIG.</summary>
    public void Signal(string signal)
    {
        if (!process.HasExited)
            Command.Try(null, "kill", "-" + signal, Pid.ToString(CultureInfo.InvariantCulture));
    }

    /// <summary>Waits for its end.</summary>
    /// <returns>False when it is still running after <paramref name="patience"/>.</returns>
    public bool WaitForExit(TimeSpan patience)
    {
        if (!process.WaitForExit(patience))
            return false;
        process.WaitForExit();
        return true;
    }

    /// <summary>Ends it: asks first, kills after three seconds.</summary>
    public void Stop()
    {
        if (process.HasExited)
            return;
        Signal("TERM");
        if (!process.WaitForExit(TimeSpan.FromSeconds(3)))
            Kill();
    }

    /// <summary>Kills it.</summary>
    public void Kill()
    {
        if (process.HasExited)
            return;
        process.Kill();
        process.WaitForExit();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Stop();
        process.Dispose();
    }

    private void Keep(object sender, DataReceivedEventArgs line)
    {
        if (line.Data is null)
            return;
        lock (gate)
        {
            lines.AddLast(line.Data);
            if (lines.Count > KeptLines)
            {
                lines.RemoveFirst();
                seen = Math.Max(0, seen - 1);
            }
        }
    }

    private string? NextLine(Func<string, bool> wanted)
    {
        lock (gate)
        {
            int at = 0;
            foreach (string line in lines)
            {
                if (at++ < seen || !wanted(line))
                    continue;
                seen = at;
                return line;
            }

            return null;
        }
    }
}
