using System;
using System.Collections.Generic;
using System.Globalization;
using System.Threading;
using Penstock.Tunnel.Configuration.Values;
using Penstock.Tunnel.Logging;

namespace Penstock.Tunnel.Configuration.Sections;

/// <summary>Reads the <c>misc</c> section.</summary>
internal static class MiscSection
{
    public const string Name = "misc";

    // The original's own bound is 65528: a file that asks for it, or more, asks for "as much as there is".
    private const int AllThereIs = 65528;

    public static IReadOnlyList<ConfigKey> Keys { get; } =
    [
        new(Name, "task-stack-size", "bytes; without effect, there are no coroutine stacks", _ => null),
        new(Name, "tcp-buffer-size", "bytes, 1024 or more; 65528 and above follow the flow, as when absent", o => o.Misc.TcpBufferSize == 0 ? null : Show(o.Misc.TcpBufferSize)),
        new(Name, "udp-recv-buffer-size", "bytes, 0 or more", o => Show(o.Misc.UdpRecvBufferSize)) { IsLive = true },
        new(Name, "udp-copy-buffer-nums", "a number of datagrams; without effect, batches have no fixed buffers", _ => null),
        new(Name, "max-session-count", "0 (no limit) or more", o => Show(o.Misc.MaxSessionCount)) { IsLive = true },
        new(Name, "connect-timeout", "milliseconds, 1 or more, or -1 for no limit", o => Show(o.Misc.ConnectTimeout)) { IsLive = true },
        new(Name, "tcp-read-write-timeout", "milliseconds, 1 or more", o => Show(o.Misc.TcpReadWriteTimeout)) { IsLive = true },
        new(Name, "udp-read-write-timeout", "milliseconds, 1 or more", o => Show(o.Misc.UdpReadWriteTimeout)) { IsLive = true },
        new(Name, "read-write-timeout", "milliseconds, 1 or more; fills whichever of the two above is not set", _ => null) { IsLive = true },
        new(Name, "log-file", "stdout, stderr, null (no log) or a path", o => o.Misc.LogTarget.Name),
        new(Name, "log-level", "debug, info, warn or error, in lower case", o => Show(o.Misc.LogLevel)) { IsLive = true },
        new(Name, "pid-file", "a path; its presence makes a daemon", o => o.Misc.PidFile),
        new(Name, "limit-nofile", "a number of descriptors, not 0; -1 is as many as allowed", o => Show(o.Misc.LimitNofile)) { IsLive = true },
        new(Name, "memory-budget", ByteSize.Accepted, o => o.Misc.MemoryBudget == 0 ? null : Show(o.Misc.MemoryBudget)),
    ];

    public static MiscOptions Read(SectionSettings settings)
    {
        var defaults = new MiscOptions();
        TimeSpan? legacy = Idle(settings, "read-write-timeout");
        return new MiscOptions
        {
            TcpBufferSize = TcpBuffer(settings),
            UdpRecvBufferSize = settings.Number("udp-recv-buffer-size", new NumberRule(defaults.UdpRecvBufferSize, 0) { Instead = defaults.UdpRecvBufferSize }),
            MaxSessionCount = settings.Number("max-session-count", new NumberRule(0, 0) { Instead = 0 }),
            ConnectTimeout = ConnectTimeout(settings, defaults.ConnectTimeout),
            TcpReadWriteTimeout = Idle(settings, "tcp-read-write-timeout") ?? legacy ?? defaults.TcpReadWriteTimeout,
            UdpReadWriteTimeout = Idle(settings, "udp-read-write-timeout") ?? legacy ?? defaults.UdpReadWriteTimeout,
            LogTarget = Target(settings),
            LogLevel = Level(settings),
            PidFile = PidFile(settings),
            LimitNofile = LimitNofile(settings, defaults.LimitNofile),
            MemoryBudget = MemoryBudget(settings),
        };
    }

    private static int TcpBuffer(SectionSettings settings)
    {
        if (!settings.TryNumber("tcp-buffer-size", out Setting setting, out CNumber number))
            return 0;
        if (number.Value <= 0)
        {
            settings.Error("tcp-buffer-size", setting);
            return 0;
        }
        if (number.Value < MiscOptions.MinTcpBufferSize)
        {
            settings.Warning("tcp-buffer-size", setting, $"{Show(MiscOptions.MinTcpBufferSize)} is used");
            return MiscOptions.MinTcpBufferSize;
        }
        settings.TellUnclean("tcp-buffer-size", setting, number);
        return number.Value >= AllThereIs ? 0 : number.Value;
    }

    // 0 ends every connect at once; every negative number waits for ever.
    private static TimeSpan ConnectTimeout(SectionSettings settings, TimeSpan absent)
    {
        if (!settings.TryNumber("connect-timeout", out Setting setting, out CNumber number))
            return absent;
        if (number.Value == 0)
            settings.Error("connect-timeout", setting);
        else
            settings.TellUnclean("connect-timeout", setting, number);
        return number.Value < 0 ? Timeout.InfiniteTimeSpan : TimeSpan.FromMilliseconds(number.Value);
    }

    private static TimeSpan? Idle(SectionSettings settings, string name)
    {
        if (!settings.TryNumber(name, out Setting setting, out CNumber number))
            return null;
        if (number.Value > 0)
        {
            settings.TellUnclean(name, setting, number);
            return TimeSpan.FromMilliseconds(number.Value);
        }
        settings.Warning(name, setting, "the line is left out");
        return null;
    }

    private static LogTarget Target(SectionSettings settings)
    {
        switch (settings.Text("log-file"))
        {
            case null or "stderr":
                return LogTarget.Stderr;
            case "stdout":
                return LogTarget.Stdout;
            case "null":
                return LogTarget.None;
            case string path:
                if (path is "~" or "NULL" or "Null" && settings.TryGet("log-file", out Setting setting))
                    settings.Warning("log-file", setting, "it is the name of a file; null, in lower case, is no log");
                return LogTarget.File(path);
        }
    }

    private static string? PidFile(SectionSettings settings)
    {
        if (settings.TryGet("pid-file", out Setting setting) && setting.Text.Length == 0)
            settings.Warning("pid-file", setting, "the command stays in the foreground");
        return settings.Text("pid-file");
    }

    private static LogLevel Level(SectionSettings settings)
    {
        if (!settings.TryGet("log-level", out Setting setting))
            return LogLevel.Warn;
        switch (setting.Text)
        {
            case "debug":
                return LogLevel.Debug;
            case "info":
                return LogLevel.Info;
            case "error":
                return LogLevel.Error;
            case "warn":
                return LogLevel.Warn;
            default:
                settings.Warning("log-level", setting, "read as warn");
                return LogLevel.Warn;
        }
    }

    // 0 leaves no descriptor to work with; a negative number is more than any limit.
    private static int LimitNofile(SectionSettings settings, int absent)
    {
        if (!settings.TryNumber("limit-nofile", out Setting setting, out CNumber number))
            return absent;
        if (number.Value == 0)
            settings.Error("limit-nofile", setting);
        else
            settings.TellUnclean("limit-nofile", setting, number);
        return number.Value < 0 ? -1 : number.Value;
    }

    private static long MemoryBudget(SectionSettings settings)
    {
        if (!settings.TryGet("memory-budget", out Setting setting))
            return 0;
        if (ByteSize.TryParse(setting.Text, out long bytes) && (bytes == 0 || bytes >= MiscOptions.MinMemoryBudget))
            return bytes;
        settings.Error("memory-budget", setting);
        return 0;
    }

    private static string Show(LogLevel level) => level switch
    {
        LogLevel.Debug => "debug",
        LogLevel.Info => "info",
        LogLevel.Error => "error",
        _ => "warn",
    };

    private static string Show(TimeSpan time) => Show(time == Timeout.InfiniteTimeSpan ? -1 : (long)time.TotalMilliseconds);

    private static string Show(long number) => number.ToString(CultureInfo.InvariantCulture);
}
