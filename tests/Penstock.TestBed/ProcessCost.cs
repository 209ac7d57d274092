using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;

namespace Penstock.TestBed;

/// <summary>What a process has cost so far, from /proc.</summary>
/// <param name="CpuSeconds">User and system time of all its threads, in seconds; the kernel counts in hundredths.</param>
/// <param name="ResidentBytes">Resident memory.</param>
/// <param name="Descriptors">Open file descriptors.</param>
/// <param name="ContextSwitches">Voluntary context switches of all living threads: how often one of them slept and was woken.</param>
/// <param name="Threads">CPU seconds of each living thread, by thread id and name.</param>
public sealed record ProcessCost(
    double CpuSeconds,
    long ResidentBytes,
    int Descriptors,
    long ContextSwitches,
    IReadOnlyList<ThreadCost> Threads)
{
    private const double TicksPerSecond = 100;

    /// <summary>Reads the CPU time alone, which is cheap.</summary>
    public static double Cpu(int pid) => CpuOf($"/proc/{pid}/stat", out _);

    /// <summary>CPU seconds of all living threads, to the nanosecond, where the kernel counts them so; else as <see cref="Cpu"/>.</summary>
    public static double RunTime(int pid)
    {
        double nanoseconds = 0;
        try
        {
            foreach (string task in Directory.GetDirectories($"/proc/{pid}/task"))
                nanoseconds += double.Parse(File.ReadAllText(task + "/schedstat").Split(' ')[0], CultureInfo.InvariantCulture);
        }
        catch (IOException)
        {
            return Cpu(pid);
        }
        return nanoseconds / 1e9;
    }

    /// <summary>Reads everything.</summary>
    public static ProcessCost Of(int pid)
    {
        var threads = new List<ThreadCost>();
        long switches = 0;
        foreach (string task in Directory.GetDirectories($"/proc/{pid}/task"))
        {
            try
            {
                double cpu = CpuOf(task + "/stat", out string name);
                threads.Add(new ThreadCost(int.Parse(Path.GetFileName(task), CultureInfo.InvariantCulture), name, cpu));
                switches += Field(task + "/status", "voluntary_ctxt_switches:");
            }
            catch (IOException)
            {
                // The thread ended between the listing and the reading.
            }
        }

        return new ProcessCost(
            Cpu(pid),
            Field($"/proc/{pid}/status", "VmRSS:") * 1024,
            Directory.GetFileSystemEntries($"/proc/{pid}/fd").Length,
            switches,
            threads);
    }

    private static double CpuOf(string path, out string name)
    {
        string line = File.ReadAllText(path);
        int open = line.IndexOf('(', StringComparison.Ordinal);
        int close = line.LastIndexOf(')');
        name = line[(open + 1)..close];
        // proc(5): after the name come the fields from the third on; utime is the 14th, stime the 15th.
        string[] fields = line[(close + 2)..].Split(' ');
        return (double.Parse(fields[11], CultureInfo.InvariantCulture) + double.Parse(fields[12], CultureInfo.InvariantCulture)) / TicksPerSecond;
    }

    private static long Field(string path, string key)
    {
        foreach (string line in File.ReadLines(path))
        {
            if (line.StartsWith(key, StringComparison.Ordinal))
                return long.Parse(line[key.Length..].Replace("kB", "", StringComparison.Ordinal), CultureInfo.InvariantCulture);
        }

        return 0;
    }
}
