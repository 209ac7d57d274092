using System;
using System.IO;
using System.Text;
using Penstock.HyperAmp;
using Penstock.HyperAmp.Qos;

namespace Penstock.Cli.HyperAmp;

/// <summary>The table that a running QoS service keeps beside the region, for <c>shm qos_stats</c> to show.</summary>
internal static class QosFile
{
    public static string PathOf(ZoneChannel channel) => channel.Region.SidePath + ".qos";

    public static void Write(ZoneChannel channel, Func<QosClass, QosMeter> meters) =>
        AnswerFile.Write(PathOf(channel), Encoding.UTF8.GetBytes(Table(meters)));

    public static string Table(Func<QosClass, QosMeter> meters)
    {
        var table = new StringBuilder();
        table.AppendLine($"{"class",-12}{"sent",9}{"ok",9}{"failed",8}{"dropped",8}{"bytes",12}{"Mbit/s",9}{"p50 us",9}{"p99 us",9}{"max us",9}{"jitter us",11}{"late",7}{"jittery",9}{"loss",7}");
        foreach (QosClass qosClass in Enum.GetValues<QosClass>())
        {
            QosMeter meter = meters(qosClass);
            QosReport report = meter.Read();
            table.AppendLine(
                $"{qosClass,-12}{report.Sent,9}{report.Succeeded,9}{report.Failed,8}{report.Dropped,8}{report.Bytes,12}{report.BitsPerSecond / 1e6,9:F1}"
                + $"{meter.Latency.Percentile(0.5) / 1e3,9:F1}{meter.Latency.Percentile(0.99) / 1e3,9:F1}{meter.Latency.Maximum / 1e3,9:F1}"
                + $"{report.Jitter.TotalMicroseconds,11:F1}{report.LatencyViolations,7}{report.JitterViolations,9}{report.Loss,7:P0}");
        }
        return table.ToString();
    }

    public static int Show(ZoneChannel channel, TextWriter output)
    {
        string path = PathOf(channel);
        if (!File.Exists(path))
        {
            output.WriteLine($"no QoS service runs on {channel.Path}: start one with hyper_amp_qos_service");
            return 1;
        }
        output.Write(File.ReadAllText(path));
        return 0;
    }
}
