using System;
using System.Collections.Generic;
using Penstock.Linux;
using Penstock.Linux.Files;
using Penstock.Tunnel.Configuration;
using Penstock.Tunnel.Logging;

namespace Penstock.Native.Border;

/// <summary>A configuration as the host hands it over: text, or the path of a file, both as bytes.</summary>
internal static unsafe class ConfigurationText
{
    private const int Most = TunnelConfiguration.MaxLength + 1;

    /// <summary>Reads it; the options are null, and the mistakes told, when it cannot be used.</summary>
    /// <exception cref="BorderException">There is nothing to read.</exception>
    public static ConfigurationResult Read(byte* text, nuint length, bool isPath)
    {
        if (text is null)
            throw new BorderException(Status.InvalidArgument, "no configuration was given: the pointer is NULL");
        var bytes = new ReadOnlySpan<byte>(text, (int)Math.Min(length, Most));
        if (!isPath)
            return TunnelConfiguration.Parse("configuration", bytes);
        string name = BoundedFile.Name(bytes);
        SysResult read = BoundedFile.Read(bytes, Most, out byte[] content);
        return read.IsSuccess
            ? TunnelConfiguration.Parse(name, content)
            : throw new BorderException(Status.InvalidConfiguration, $"{name}: it cannot be read ({read.Message})");
    }

    /// <summary>All mistakes, a line each.</summary>
    public static string Mistakes(ConfigurationResult result)
    {
        List<string> lines = [];
        foreach (Diagnostic diagnostic in result.Diagnostics)
            lines.Add(diagnostic.ToString());
        return string.Join('\n', lines);
    }

    /// <summary>What is worth knowing about a configuration that can be used.</summary>
    public static void Tell(ConfigurationResult result, ILog log)
    {
        foreach (Diagnostic diagnostic in result.Diagnostics)
            log.Write(diagnostic.Severity == DiagnosticSeverity.Note ? LogLevel.Info : LogLevel.Warn, diagnostic.ToString());
        if (result.Options?.Misc.PidFile is not null)
            log.Write(LogLevel.Warn, "misc.pid-file: a library does not leave its process for the background: the tunnel runs where it was started, and no file is written");
    }
}
