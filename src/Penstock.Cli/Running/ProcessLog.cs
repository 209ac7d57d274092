using System;
using Penstock.Tunnel.Configuration;
using Penstock.Tunnel.Logging;

namespace Penstock.Cli.Running;

/// <summary>The log of this process, and standard error for what must not be missed.</summary>
internal sealed class ProcessLog : ILog, IDisposable
{
    private readonly LineLog? _lines;
    private readonly bool _isOnTerminal;

    private ProcessLog(DescriptorSink? sink, LogLevel level, bool isOnTerminal)
    {
        _lines = sink is null ? null : new LineLog(sink, level);
        _isOnTerminal = isOnTerminal;
        Descriptor = sink?.Descriptor ?? -1;
    }

    /// <summary>The descriptor that lines go to, -1 for none.</summary>
    public int Descriptor { get; }

    /// <summary>Opens what the configuration names.</summary>
    /// <exception cref="Linux.SysException">The file cannot be opened.</exception>
    public static ProcessLog Open(MiscOptions options)
    {
        bool isNone = options.LogTarget == LogTarget.None;
        return new ProcessLog(isNone ? null : DescriptorSink.Open(options.LogTarget), options.LogLevel, options.LogTarget == LogTarget.Stderr);
    }

    /// <summary>Goes on with a descriptor that the foreground process opened; -1 for none.</summary>
    public static ProcessLog Inherited(MiscOptions options, int descriptor) =>
        new(descriptor < 0 ? null : DescriptorSink.FromDescriptor(descriptor), options.LogLevel, isOnTerminal: true);

    /// <summary>Changes the least level that is written.</summary>
    public void SetLevel(LogLevel level)
    {
        if (_lines is not null)
            _lines.Level = level;
    }

    public bool IsOn(LogLevel level) => _lines?.IsOn(level) ?? false;

    public void Write(LogLevel level, string text) => _lines?.Write(level, text);

    /// <summary>Why the process ends: to the log, and to standard error when the log is elsewhere.</summary>
    public void Fatal(string text)
    {
        Write(LogLevel.Error, text);
        if (!_isOnTerminal)
            Console.Error.Write($"penstock: {text}\n");
    }

    public void Dispose() => _lines?.Dispose();
}
