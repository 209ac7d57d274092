using System;
using System.IO;
using Penstock.Cli.Commands;
using Penstock.Linux;
using Penstock.Linux.Events;
using Penstock.Linux.Tun;
using Penstock.Tunnel;
using Penstock.Tunnel.Configuration;
using Penstock.Tunnel.Hosting;
using Penstock.Tunnel.Logging;

namespace Penstock.Cli.Running;

/// <summary>A tunnel as a process: from its configuration file to its exit status.</summary>
/// <remarks>
/// 1. configuration, 2. log, 3. background, 4. descriptor limit, 5. tunnel, 6. post-up script,
/// 7. wait for a signal or a failure, 8. sessions end, 9. pre-down script, 10. the interface goes.
/// </remarks>
/// <param name="path">The configuration file, as the caller wrote it.</param>
/// <param name="isQuiet">Nothing on standard output: the original prints nothing.</param>
internal sealed class TunnelProcess(string path, bool isQuiet)
{
    public int Run()
    {
        DaemonLaunch? launch = DaemonLaunch.OfThisProcess();
        ConfigurationResult configuration = TunnelConfiguration.Load(launch?.ConfigurationPath ?? path);
        if (configuration.Options is not TunnelOptions options)
        {
            foreach (Diagnostic diagnostic in configuration.Diagnostics)
                Console.Error.Write(diagnostic + "\n");
            return ExitStatus.StartFailed;
        }
        try
        {
            using ProcessLog log = launch is null ? ProcessLog.Open(options.Misc) : ProcessLog.Inherited(options.Misc, launch.LogDescriptor);
            if (launch is null && options.Misc.PidFile is string pidFile && DaemonLaunch.Start(pidFile, path, log))
                return ExitStatus.Success;
            launch?.WritePid();
            Tell(configuration, log);
            return RunTunnel(options, log, configuration.File, launch);
        }
        catch (SysException problem)
        {
            Console.Error.Write($"penstock: {problem.Message}\n");
            return ExitStatus.StartFailed;
        }
    }

    private int RunTunnel(TunnelOptions options, ProcessLog log, string file, DaemonLaunch? launch)
    {
        _ = Console.Error; // opened while there are descriptors to tell of a limit that leaves none
        DescriptorLimit.Raise(options.Misc.LimitNofile, log);
        SignalSource.IgnoreBrokenPipes();
        SignalSource signals;
        TunnelRuntime runtime;
        try
        {
            signals = new SignalSource(Signal.Interrupt, Signal.Terminate, Signal.User1, Signal.HangUp);
            runtime = TunnelRuntime.Start(options, log, TunnelHost.None with { Directory = launch?.Directory });
        }
        catch (Exception problem) when (problem is TunException or SysException or IOException)
        {
            log.Fatal(problem.Message);
            return ExitStatus.StartFailed;
        }
        using (signals)
        using (runtime)
        {
            var output = new Report(runtime, log, isQuiet || launch is not null);
            output.Started();
            var scripts = new Scripts(options.Tun, runtime, log);
            scripts.PostUp();
            new Watch(runtime, signals).UntilTheEnd(output.Now, new Reloader(file, runtime, log).Now);
            if (runtime.Failure is string failure)
                log.Fatal(failure);
            runtime.Stop();
            output.Stopped();
            // From here on a second Ctrl-C ends the process, whatever the script does.
            signals.Dispose();
            scripts.PreDown();
            return runtime.Failure is null ? ExitStatus.Success : ExitStatus.Failure;
        }
    }

    private static void Tell(ConfigurationResult configuration, ILog log)
    {
        foreach (Diagnostic diagnostic in configuration.Diagnostics)
            log.Write(diagnostic.Severity == DiagnosticSeverity.Note ? LogLevel.Info : LogLevel.Warn, diagnostic.ToString());
    }
}
