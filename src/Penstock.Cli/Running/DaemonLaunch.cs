using System;
using System.Globalization;
using System.IO;
using System.Text;
using Microsoft.Win32.SafeHandles;
using Penstock.Linux;
using Penstock.Linux.Files;
using Penstock.Linux.Processes;
using Penstock.Tunnel.Logging;

namespace Penstock.Cli.Running;

/// <summary>The step into the background: the same command line, started again in a session of its own.</summary>
/// <remarks>
/// <code>
///   foreground: log open, pid file open ── starts ──► background (/, null streams): 3 = log, 4 = pid file
///               exit 0                                writes its pid, opens the device, runs the scripts
/// </code>
/// A variable of the environment tells the background process what it is, and another one where the command was started.
/// They only count for the leader of a session, so that a program which a script starts does not take itself for a daemon.
/// </remarks>
internal sealed record DaemonLaunch(int LogDescriptor, int PidDescriptor, string ConfigurationPath, string Directory)
{
    private const string Variable = "PENSTOCK_DAEMON";
    private const string DirectoryVariable = "PENSTOCK_DAEMON_DIRECTORY";

    /// <summary>What the foreground process left, or null in the foreground.</summary>
    public static DaemonLaunch? OfThisProcess()
    {
        string[] parts = (Environment.GetEnvironmentVariable(Variable) ?? "").Split(':', 3);
        if (parts.Length != 3 || !IsSessionLeader()
            || !int.TryParse(parts[0], CultureInfo.InvariantCulture, out int log)
            || !int.TryParse(parts[1], CultureInfo.InvariantCulture, out int pid))
        {
            return null;
        }
        return new DaemonLaunch(log, pid, parts[2], Environment.GetEnvironmentVariable(DirectoryVariable) ?? "/");
    }

    /// <summary>Starts the background process; false, and a line in the log, when the foreground must do the work itself.</summary>
    public static bool Start(string pidFile, string configurationPath, ProcessLog log)
    {
        SafeFileHandle pid;
        try
        {
            pid = File.OpenHandle(pidFile, FileMode.Create, FileAccess.Write);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException or ArgumentException)
        {
            log.Write(LogLevel.Error, $"misc.pid-file: {pidFile} cannot be opened ({problem.Message}); the tunnel stays in the foreground");
            return false;
        }
        using (pid)
        {
            int pidDescriptor = (int)pid.DangerousGetHandle();
            bool hasLog = log.Descriptor >= 0;
            string value = $"{Variable}={(hasLog ? 3 : -1)}:{(hasLog ? 4 : 3)}:{Path.GetFullPath(configurationPath)}";
            string directory = $"{DirectoryVariable}={Environment.CurrentDirectory}";
            SysResult started = Daemon.StartAgain([value, directory], hasLog ? [log.Descriptor, pidDescriptor] : [pidDescriptor], out _);
            if (!started.IsSuccess)
                log.Write(LogLevel.Error, $"the background process cannot be started ({started.Message}); the tunnel stays in the foreground");
            return started.IsSuccess;
        }
    }

    /// <summary>The process id in decimal, on a line.</summary>
    public void WritePid() =>
        AppendFile.FromDescriptor(PidDescriptor).Write(Encoding.ASCII.GetBytes($"{Environment.ProcessId}\n"));

    // The sixth field of stat is the session; the second, the name in parentheses, may hold anything.
    private static bool IsSessionLeader()
    {
        string stat = File.ReadAllText("/proc/self/stat");
        string[] fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        return fields[3] == Environment.ProcessId.ToString(CultureInfo.InvariantCulture);
    }
}
