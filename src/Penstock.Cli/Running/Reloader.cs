using System.IO;
using Penstock.Tunnel;
using Penstock.Tunnel.Configuration;
using Penstock.Tunnel.Hosting;
using Penstock.Tunnel.Logging;

namespace Penstock.Cli.Running;

/// <summary>SIGHUP: reads the configuration file again and puts into force what can change while running.</summary>
/// <param name="path">The file.</param>
/// <param name="runtime">The tunnel.</param>
/// <param name="log">Told what changed (info), what waits for the next start (warn), and why nothing changed (error).</param>
internal sealed class Reloader(string path, TunnelRuntime runtime, ProcessLog log)
{
    public void Now()
    {
        ConfigurationResult result = TunnelConfiguration.Load(path);
        if (result.Options is not { } options)
        {
            foreach (Diagnostic diagnostic in result.Diagnostics)
                log.Write(diagnostic.Severity == DiagnosticSeverity.Error ? LogLevel.Error : LogLevel.Warn, diagnostic.ToString());
            Refuse();
            return;
        }
        int limit = runtime.Options.Misc.LimitNofile;
        ReloadReport report;
        try
        {
            report = runtime.Reload(options);
        }
        catch (IOException problem)
        {
            log.Write(LogLevel.Error, problem.Message);
            Refuse();
            return;
        }
        log.SetLevel(options.Misc.LogLevel);
        foreach (Diagnostic diagnostic in result.Diagnostics)
            log.Write(diagnostic.Severity == DiagnosticSeverity.Note ? LogLevel.Info : LogLevel.Warn, diagnostic.ToString());
        if (options.Misc.LimitNofile != limit)
        {
            DescriptorLimit.Raise(options.Misc.LimitNofile, log);
            runtime.LookAtLimits();
        }
        if (report.Waiting.Count > 0)
            log.Write(LogLevel.Warn, $"{path}: these wait for the next start: {string.Join(", ", report.Waiting)}");
        log.Write(LogLevel.Info, $"{path}: reloaded; changed: {(report.Changed.Count == 0 ? "nothing" : string.Join(", ", report.Changed))}");
    }

    private void Refuse() => log.Write(LogLevel.Error, $"{path}: not reloaded, everything stays as it was");
}
