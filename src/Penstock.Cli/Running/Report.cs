using System;
using Penstock.Tunnel;
using Penstock.Tunnel.Logging;
using Penstock.Tunnel.Statistics;

namespace Penstock.Cli.Running;

/// <summary>What the process says about itself: at its start, when asked, and at its end.</summary>
/// <param name="runtime">The tunnel.</param>
/// <param name="log">Takes the summary when there is no standard output to print it on.</param>
/// <param name="isQuiet">Standard output is not ours.</param>
internal sealed class Report(TunnelRuntime runtime, ILog log, bool isQuiet)
{
    /// <summary>One line about processors, shards, queues and offloads; the log has it too, at info.</summary>
    public void Started()
    {
        if (!isQuiet && !log.IsOn(LogLevel.Info))
            Console.Out.Write(runtime.Describe() + "\n");
    }

    /// <summary>The summary while running, because somebody asked for it.</summary>
    public void Now() => Print(LogLevel.Warn);

    /// <summary>The summary at the end.</summary>
    public void Stopped() => Print(LogLevel.Info);

    private void Print(LogLevel level)
    {
        foreach (string line in StatisticsReport.Lines(runtime.Snapshot()))
        {
            if (!isQuiet)
                Console.Out.Write(line + "\n");
            else
                log.Write(level, line);
        }
    }
}
