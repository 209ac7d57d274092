using System;
using Penstock.Tunnel.Logging;

namespace Penstock.Tunnel.Configuration;

/// <summary>The <c>misc</c> section: buffers, limits, timeouts, log, process.</summary>
/// <remarks><c>task-stack-size</c> and <c>udp-copy-buffer-nums</c> have no member: there are no coroutine stacks and no fixed batches.</remarks>
public sealed record MiscOptions
{
    /// <summary>Smallest value that <see cref="TcpBufferSize"/> takes, in bytes.</summary>
    public const int MinTcpBufferSize = 1024;

    /// <summary>
    /// <c>misc.tcp-buffer-size</c>: bound, in bytes, on what a TCP session holds for the app, at least 1024.
    /// Default: 0, the bound follows the flow under <see cref="MemoryBudget"/>.
    /// </summary>
    public int TcpBufferSize { get; init; }

    /// <summary><c>misc.udp-recv-buffer-size</c>: SO_RCVBUF of a UDP relay socket, in bytes. Default: 4194304.</summary>
    public int UdpRecvBufferSize { get; init; } = 4194304;

    /// <summary><c>misc.max-session-count</c>: sessions kept; above it the least recently active one ends. Default: 0, no limit.</summary>
    public int MaxSessionCount { get; init; }

    /// <summary><c>misc.connect-timeout</c> (ms): TCP connect to the proxy. Default: 10 s; <see cref="System.Threading.Timeout.InfiniteTimeSpan"/> is no limit.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromMilliseconds(10_000);

    /// <summary><c>misc.tcp-read-write-timeout</c> (ms): each step of a handshake, and idleness of a TCP session. Default: 300 s.</summary>
    public TimeSpan TcpReadWriteTimeout { get; init; } = TimeSpan.FromMilliseconds(300_000);

    /// <summary><c>misc.udp-read-write-timeout</c> (ms): idleness of a UDP session. Default: 60 s.</summary>
    public TimeSpan UdpReadWriteTimeout { get; init; } = TimeSpan.FromMilliseconds(60_000);

    /// <summary><c>misc.log-file</c>: where log lines go. Default: stderr.</summary>
    public LogTarget LogTarget { get; init; } = LogTarget.Stderr;

    /// <summary><c>misc.log-level</c>: the least level that is written. Default: <see cref="LogLevel.Warn"/>.</summary>
    public LogLevel LogLevel { get; init; } = LogLevel.Warn;

    /// <summary><c>misc.pid-file</c>: its presence makes the command a daemon. Default: null.</summary>
    public string? PidFile { get; init; }

    /// <summary><c>misc.limit-nofile</c>: soft and hard limit of descriptors that the command asks for, not 0. Default: 65535.</summary>
    public int LimitNofile { get; init; } = 65535;

    /// <summary>
    /// <c>misc.memory-budget</c>: bound on packet memory of all shards together, in bytes, at least 4 MiB.
    /// Default: 0, <see cref="DefaultMemoryBudget"/> of the memory that the process may use.
    /// </summary>
    public long MemoryBudget { get; init; }

    /// <summary>Smallest <see cref="MemoryBudget"/>, in bytes.</summary>
    public const long MinMemoryBudget = 4L << 20;

    /// <summary>The budget when none is configured: a quarter of the memory at hand, within 32 MiB and 2 GiB.</summary>
    /// <param name="available">Bytes that the process may use, for instance <c>GC.GetGCMemoryInfo().TotalAvailableMemoryBytes</c>.</param>
    public static long DefaultMemoryBudget(long available) => Math.Clamp(available / 4, 32L << 20, 2L << 30);
}
